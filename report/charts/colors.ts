import { CATEGORY_COLORS } from "../../model/categories";

/** Colours of series that have none of their own. */
export const SERIES_COLORS = CATEGORY_COLORS;
