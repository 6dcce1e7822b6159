// What every page loads: parts of pages by htmx, short cuts, drafts, the board, light and dark, unread news.
import "htmx.org";
import * as board from "./kontor/board.js";
import * as drafts from "./kontor/drafts.js";
import * as keyboard from "./kontor/keyboard.js";
import * as requests from "./kontor/requests.js";
import * as themes from "./kontor/themes.js";
import * as unread from "./kontor/unread.js";

for (const part of [requests, keyboard, drafts, board, themes, unread]) part.listen();
