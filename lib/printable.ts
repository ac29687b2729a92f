/**
 * The text with U+FFFD in place of characters that would do something instead of being shown: control characters, such
 * as those that begin a terminal's commands, and those that change the direction of text.
 */
export const printable = (text: string) => text.replaceAll(/\p{C}/gu, "\u{fffd}");
