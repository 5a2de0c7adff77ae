/** Colours of series that have none of their own: told apart with the common colour blindnesses (Okabe and Ito 2008). */
export const SERIES_COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#8c6bb1"] as const;
