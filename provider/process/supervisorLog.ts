/** Writes a line of the supervisor to standard output, which is the log of the server that it looks after. */
export function logLine(text: string): void {
  console.log(`${new Date().toISOString().replace("T", " ").replace("Z", "")} supervisor - ${text}`);
}
