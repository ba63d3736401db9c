// SPDX-License-Identifier: Apache-2.0
// What the configuration says, checked: every value is within its stated range, every default is filled in.
// The defaults below are the defaults of the file; config/reeve.toml shows each of them.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/value_tree.hpp"
#include "reeve/config/cron_expression.hpp"
#include "reeve/config/endpoint.hpp"
#include "reeve/config/health_settings.hpp"
#include "reeve/config/remedy_settings.hpp"
#include "reeve/config/webhook_settings.hpp"
#include "reeve/config/written_at.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::config {

struct agent_settings {
  std::string instance = "default"; // names the control channel; [a-z0-9_-], 1 to 64 characters
  std::string plugin_dir; // absolute; empty = the folder "plugins" beside the folder of the executable
  bool control = true;    // answer the command line tools of this machine
  std::string state_dir;  // absolute; empty = os::state_dir(), the system's usual place
  std::string processes_on_stop =
      "leave"; // leave, stop: what becomes of managed processes when the agent stops
  std::string strays =
      "stop"; // leave, stop: what becomes of those that an earlier agent started and no table names
};

struct http_settings {
  std::vector<endpoint> listen = {{"127.0.0.1", 9847}};   // at least one
  std::uint32_t max_connections = 64;                     // 1..65536
  bool reload_endpoint = false;                           // POST /-/reload
  bool gzip = true;                                       // compress for clients that ask for it
  nanoseconds request_timeout = std::chrono::seconds(10); // 100ms..1h
};

struct scrape_settings {
  nanoseconds max_age = std::chrono::seconds(2); // 0s..1d; older values are refreshed by a scrape
  nanoseconds refresh_deadline = std::chrono::milliseconds(500); // 0s..1m; 0s = a scrape never waits
};

struct log_settings {
  std::string level = "info";                          // trace, debug, info, warn, error
  std::string format = "text";                         // text, json
  std::string file;                                    // absolute; empty = standard error
  std::uint64_t max_size = 10'000'000;                 // bytes of one file, 1KB..1TB
  std::uint32_t max_files = 5;                         // full files kept beside the current one, 1..1000
  nanoseconds repeat_window = std::chrono::minutes(1); // 0s..1d; 0s = write every line
};

// How a plugin is sampled and what it may cost. [plugin_defaults] sets them for all, [plugin.NAME] for one.
struct sampling_settings {
  nanoseconds interval = std::chrono::seconds(10);       // 100ms..1d
  nanoseconds deadline = std::chrono::seconds(5);        // 10ms..1h
  std::uint32_t failures_before_quarantine = 3;          // in a row, 1..1000
  nanoseconds quarantine_min = std::chrono::seconds(30); // 1s..1d, at most quarantine_max
  nanoseconds quarantine_max = std::chrono::minutes(10); // 1s..1d
  std::uint32_t max_series = 200'000;                    // 1..10000000
  std::uint32_t max_families = 500;                      // 1..100000
};

struct plugin_settings : sampling_settings {
  std::string name; // the NAME of [plugin.NAME]: [a-z0-9_-], 1 to 64 characters
  bool enabled = true;
  std::string library; // an absolute path, or a file name in plugin_dir without its extension; default: name
  nanoseconds max_age{}; // 0s..1d; default: scrape.max_age
  value_node options;    // a table: the keys that the agent does not read itself
  source_position where; // of [plugin.NAME]
};

// What a program may use. See os::limited.
struct limit_settings {
  std::string name;        // one of os::limited's
  std::uint64_t value = 0; // bytes, seconds, a count; of cpu thousandths of a processor
  friend bool operator==(const limit_settings&, const limit_settings&) = default;
};

// One way to make a program end.
struct stop_rung {
  std::string signal;               // "SIGTERM"; Linux
  std::string scope = "group";      // program, group, tree: who gets the signal
  std::string console;              // "close-window", "ctrl-c", "ctrl-break"; Windows
  std::vector<std::string> command; // the program file and its arguments
  nanoseconds timeout{0};           // until the next one; 0s: until the kill
  friend bool operator==(const stop_rung&, const stop_rung&) = default;
};

// A command that is run beside a process; no shell.
using command_words = std::vector<std::string>; // the program file, absolute, and its arguments; empty: none

struct port_settings {
  std::uint16_t number = 0;
  bool udp = false;
  friend bool operator==(const port_settings&, const port_settings&) = default;
};

// What a start of a program depends on, be it a process or a job.
struct program_settings {
  std::string name;              // [a-z0-9_-], 1 to 64 characters, each once
  std::string command;           // absolute; with `shell`: a line for the system's shell
  bool shell = false;            // else there is none in between
  std::vector<std::string> args; // without the program's own name
  std::string cwd;               // absolute; empty: the root folder of the system
  std::vector<std::pair<std::string, std::string>> env; // in place of the agent's variables of these names
  std::vector<std::string> env_files;                   // absolute; read in front of env at each start
  std::string user;                                     // whose; empty: the agent's own
  std::string umask;                                    // octal; empty: the agent's own
  std::optional<int> nice;                              // -20..19
  std::vector<limit_settings> limits;
  // Absolute: standard output and error are appended to it. "inherit": the agent's; "none"; empty: a file of the agent's
  // choice below its state folder.
  std::string output;
  std::uint64_t output_max_size = 10'000'000;          // 1KB..1TB
  std::uint32_t output_max_files = 5;                  // full files kept beside the current one, 0..1000
  nanoseconds stop_timeout = std::chrono::seconds(30); // 100ms..1h; for the whole ladder
  std::vector<stop_rung> stop;                         // empty: the system's usual one
  command_words pre_start, post_start, pre_stop, post_stop;
  nanoseconds hook_timeout = std::chrono::seconds(30); // 100ms..1h; of each
  std::vector<std::string> temporary_files;            // absolute; removed when it has ended
  written_at where;                                    // of the table
  friend bool operator==(const program_settings&, const program_settings&) = default;
};

// One that it looks after: one [[process]].
struct process_settings : program_settings {
  std::vector<std::string> groups;   // names alike; not those of processes
  bool daemon = false;               // it goes to the background by itself
  bool autostart = true;             // with the agent
  std::vector<port_settings> ports;  // that it will listen on
  std::string port_taken = "wait";   // wait, fail, stop-holder
  std::string restart = "always";    // never, on-failure, always
  std::string unhealthy = "restart"; // restart, report: what becomes of one that fails its checks
  nanoseconds restart_delay =
      std::chrono::seconds(1); // 1ms..1h; of the second restart, then twice as long each time
  nanoseconds restart_delay_max = std::chrono::minutes(5); // 1ms..1d
  nanoseconds healthy_after = std::chrono::minutes(10);  // 1s..1d; up for so long, and the delays begin anew
  std::uint32_t give_up_after = 5;                       // ends within give_up_window; 0..1000, 0: never
  nanoseconds give_up_window = std::chrono::minutes(10); // 1s..1d
  std::vector<std::string> after;                        // processes that are started before this one
  std::vector<std::string> required;                     // ... and must be up
  std::vector<health_settings> health;                   // healthy is it when all of them pass
  bool is_job = false; // of no file: a job's program, which no change of its settings starts or ends
  friend bool operator==(const process_settings&, const process_settings&) = default;
};

// One that it runs at set times: one [[job]].
struct job_settings : program_settings {
  std::vector<cron_expression> times; // due at each of them; one at least
  std::string time_zone = "local";    // UTC, or a name of the IANA data base; not looked up here
  written_at time_zone_where;
  std::string missed = "run_once";                      // run_once, skip
  std::uint32_t retries = 0;                            // 0..100
  nanoseconds retry_interval = std::chrono::minutes(1); // 1s..1d
  nanoseconds timeout{};                                // 1s..30d; 0s = none
  std::string overlap = "skip";                         // skip, queue, stop_running
  nanoseconds jitter{};                                 // 0s..1h
  friend bool operator==(const job_settings&, const job_settings&) = default;
};

struct settings {
  agent_settings agent;
  http_settings http;
  scrape_settings scrape;
  log_settings log;
  sampling_settings plugin_defaults;
  std::vector<plugin_settings> plugins;    // in the order of the files; disabled ones too
  std::vector<process_settings> processes; // in the order of the files
  std::vector<job_settings> jobs;          // in the order of the files
  remedy_settings remedy;
  std::vector<maintenance_settings> maintenance; // in the order of the files
  rules_settings rule_engine;
  std::vector<rule_settings> rules; // in the order of the files
  std::optional<webhook_settings> webhook;
};

} // namespace reeve::config
