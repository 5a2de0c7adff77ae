/** The check of named columns that every command makes before it reads logs. */
export { checkInput as checkLogs } from "../io/glance/glance";
