// Keeps the head of the page alive: the state of the box and the word on its age.

import { startDesk } from "./desk.js";

startDesk();
