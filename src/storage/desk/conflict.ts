/** What was asked cannot be, by what the desk holds already; the message is for whoever asked. */
export class DeskConflict extends Error {}
