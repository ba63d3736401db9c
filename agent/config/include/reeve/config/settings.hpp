// SPDX-License-Identifier: Apache-2.0
// What the configuration says, checked: every value is within its stated range, every default is filled in.
// The defaults below are the defaults of the file; config/reeve.toml shows each of them.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/value_tree.hpp"
#include "reeve/config/cron_expression.hpp"
#include "reeve/config/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace reeve::config {

struct agent_settings {
  std::string instance = "default"; // names the control channel; [a-z0-9_-], 1 to 64 characters
  std::string plugin_dir; // absolute; empty = the folder "plugins" beside the folder of the executable
  bool control = true;    // answer the command line tools of this machine
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

// A program that the agent starts.
struct program_settings {
  std::string name;                                     // [a-z0-9_-], 1 to 64 characters, each once
  std::string command;                                  // absolute; started without a shell
  std::vector<std::string> args;                        // without the program's own name
  std::string cwd;                                      // absolute; empty: the root folder of the system
  std::vector<std::pair<std::string, std::string>> env; // in place of the agent's variables of these names
  std::string output; // absolute; standard output and error are appended to it; empty: they are not kept
  nanoseconds stop_timeout = std::chrono::seconds(30); // 100ms..1h; for the whole ladder
  source_position where;                               // of the table
};

// One that it keeps running: one [[process]].
struct process_settings : program_settings {
  std::string restart = "always"; // never, on-failure, always
};

// One that it runs at set times: one [[job]].
struct job_settings : program_settings {
  std::vector<cron_expression> times; // due at each of them; one at least
  std::string time_zone = "local";    // UTC, or a name of the IANA data base; not looked up here
  source_position time_zone_where;
  std::string missed = "run_once";                      // run_once, skip
  std::uint32_t retries = 0;                            // 0..100
  nanoseconds retry_interval = std::chrono::minutes(1); // 1s..1d
  nanoseconds timeout{};                                // 1s..30d; 0s = none
  std::string overlap = "skip";                         // skip, queue, stop_running
  nanoseconds jitter{};                                 // 0s..1h
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
};

} // namespace reeve::config
