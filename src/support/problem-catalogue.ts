/**
 * Every kind of problem that Signalbox reports, with what to do about it. docs/errors.md is generated from this
 * table. Codes are stable: a user may search for one, a log filter may count one.
 */
export interface ProblemKind {
  /** When it is reported. */
  readonly when: string;
  /** What the user is to do, unless the place of the report knows better. */
  readonly remedy: string;
}

export const PROBLEM_CATALOGUE = {
  // Files
  FILE_UNREADABLE: {
    when: "A file that is needed cannot be read.",
    remedy: "check the path and its permissions",
  },
  // Config file and command line
  CONFIG_BAD_YAML: {
    when: "The config file is not well-formed YAML.",
    remedy: "correct the YAML at this place",
  },
  CONFIG_UNKNOWN_KEY: {
    when: "The config file has a key that Signalbox does not know.",
    remedy: "remove it, or correct its name; docs/config.md lists every key",
  },
  CONFIG_BAD_VALUE: {
    when: "A value in the config file is not of the form or in the range that its key asks for.",
    remedy: "correct the value; docs/config.md gives the form and the range of every key",
  },
  OPTION_BAD_VALUE: {
    when: "The value of a command-line option cannot be used.",
    remedy: "correct the option; --help lists them",
  },
  LISTEN_BAD_ADDRESS: {
    when: "The addresses to listen on do not make sense together, or cannot be written in Via.",
    remedy: "correct `listen` in the config file, or --listen",
  },
  // The destination list
  LIST_BAD_LINE: {
    when: "A line of the destination list cannot be used.",
    remedy: "write the line as: SETID URI [FLAGS [PRIORITY [ATTRS]]]",
  },
  LIST_BAD_NUMBER: {
    when: "A set id, flags or priority in the destination list is not a number in range.",
    remedy: "write SETID and PRIORITY as whole numbers from 0, FLAGS as the sum of its bits (0 is active)",
  },
  LIST_BAD_URI: {
    when: "A URI in the destination list cannot be sent to.",
    remedy: "write a SIP URI, such as sip:10.0.0.1:5060;transport=tcp",
  },
  LIST_BAD_ATTRIBUTE: {
    when: "The attributes of a line of the destination list are malformed, or one has a value that it cannot have.",
    remedy: "write attributes as name=value;name=value, without blanks; docs/dispatcher.md has their ranges",
  },
  LIST_DUPLICATE: {
    when: "A set of the destination list has the same URI, or the same duid, twice.",
    remedy: "remove one of the two lines; for a bigger share use weight",
  },
  LIST_UNRESOLVED: {
    when: "The host name of a destination does not resolve.",
    remedy: "mend the name or the DNS, write the IP address, or set flag 16 (do not resolve)",
  },
  LIST_EMPTY: {
    when: "The destination list has no destination at all. It is taken, and every selection then fails.",
    remedy: "write at least one line: SETID URI",
  },
  // Algorithms
  ALGORITHM_UNKNOWN: {
    when: "A script asks for an algorithm that does not exist. The first usable destination of the set is taken.",
    remedy: "use one of the names or numbers in docs/dispatcher.md, or the name of a plugin that is loaded",
  },
  ALGORITHM_NAME_TAKEN: {
    when: "A plugin has a name that a built-in algorithm or another plugin has, or that could be a number.",
    remedy: "give the plugin a name of its own: lower case, digits and dashes, beginning with a letter",
  },
  ALGORITHM_BAD_OPTIONS: {
    when: "An algorithm refuses its options.",
    remedy: "correct the options that the message names",
  },
  ALGORITHM_FAILED: {
    when: "An algorithm failed five times in a row, or could not be set up. The set uses round-robin instead.",
    remedy: "correct the plugin and save it: it is then tried again",
  },
  CALL_LOAD_OFF: {
    when: "Algorithm 10 (call-load) is used while ds_hash_size is 0, so calls are not counted.",
    remedy: "set dispatcher.ds_hash_size to a number above 0",
  },
  CALL_LOAD_NO_DUID: {
    when: "Algorithm 10 (call-load) chose a destination without a duid, whose calls it does not count.",
    remedy: "add duid=NAME, a name of its own, to the attributes of the line",
  },
  // Route scripts and plugins, while they are compiled and loaded
  ROUTE_SYNTAX: {
    when: "A route script, or a file that it imports, cannot be compiled.",
    remedy: "correct the place shown and save; until then the last script that worked goes on serving",
  },
  ROUTE_IMPORT: {
    when: "A route script imports something that cannot be had.",
    remedy: 'import only files, by a path that begins with "./" or "../"',
  },
  ROUTE_NO_ENTRY_POINT: {
    when: "A route script defines no function that is called for a request.",
    remedy: "wrap the statements in `function request_route() { ... }`",
  },
  PLUGIN_SYNTAX: {
    when: "A plugin, or a file that it imports, cannot be compiled.",
    remedy: "correct the place shown and save; until then the last plugins that worked go on serving",
  },
  PLUGIN_IMPORT: {
    when: "A plugin imports something that cannot be had.",
    remedy: 'check the path, or install the package where the plugin is; the API is "signalbox/plugin"',
  },
  PLUGIN_THROWS: {
    when: "A plugin threw while it was loaded or tried.",
    remedy: "correct the place shown; the trial calls createPicker, then update, then pick",
  },
  PLUGIN_MANIFEST: {
    when: "A plugin's file does not export exactly one well-formed algorithm.",
    remedy: "export one `defineAlgorithm({ name, summary, createPicker })`; see docs/plugins.md",
  },
  PLUGIN_BAD_PICK: {
    when: "A plugin's pick returned something other than an index or NONE when it was tried.",
    remedy: "return an integer from 0 to the number of candidates less 1, or NONE",
  },
  WATCH_FAILED: {
    when: "The system refuses to watch a directory. A warning: changes are still found, by looking now and then.",
    remedy: "raise the limit of watches (fs.inotify.max_user_watches), or check the directory's permissions",
  },
  // Scripts that run
  SCRIPT_THROW: {
    when: "A route script threw; the request got a 500.",
    remedy: "mend the script and save it, or catch what it throws",
  },
  SCRIPT_TIME: {
    when: "A route function ran for longer than limits.time_ms; the request got a 500.",
    remedy: "look for a loop without an end at that place, or raise limits.time_ms",
  },
  SCRIPT_MEMORY: {
    when: "A route script used more memory than limits.memory_mb; the request got a 500.",
    remedy: "look for data that grows at that place, or raise limits.memory_mb",
  },
  SCRIPT_STACK: {
    when: "A route script recursed deeper than limits.stack_kb; the request got a 500.",
    remedy: "end the recursion at that place",
  },
  SCRIPT_UNDECIDED: {
    when: "A route function ended without a decision; the request got a 500.",
    remedy: "end each way through request_route with forward(), a final sl_send_reply(), or drop()",
  },
  FORWARD_FAILED: {
    when: "A request could not be forwarded; it got the status that the log line names.",
    remedy:
      "check the destination's URI: a host that resolves, transport UDP, an address family that is listened on",
  },
  // The data plane
  STALLED: {
    when: "The data plane did not move for longer than limits.stall_ms and was started again.",
    remedy: "the script or plugin was in a native function without an end; mend it and save it",
  },
  WORKER_FAILED: {
    when: "The data plane, or the trial of a candidate, ended unexpectedly.",
    remedy: "report it, with the log lines before it",
  },
  STALL_REFUSED: {
    when: "The files are those that stalled the data plane before, and are not taken again.",
    remedy: "change what stalled; the log names the route and the message",
  },
  // Listening
  PORT_IN_USE: {
    when: "An address to listen on is taken.",
    remedy: "end the other program (`ss -lunp` names it), or listen on another port with --listen",
  },
  LISTEN_FAILED: {
    when: "An address cannot be listened on for another reason.",
    remedy: "listen on an address of this machine; ports below 1024 need a privilege",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEM_CATALOGUE;
