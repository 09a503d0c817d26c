/** A reason why the comparison cannot go on; its message is all that the user is shown. */
export class BenchFailure extends Error {
  /** `evidence` is the tail of a log or of another program's output; it is printed under the message, indented. */
  constructor(message: string, evidence = "") {
    const shown = evidence.trim().split("\n").slice(-15).join("\n    ");
    super(shown === "" ? message : `${message}\n    ${shown}`);
    this.name = "BenchFailure";
  }
}
