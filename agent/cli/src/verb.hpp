// SPDX-License-Identifier: Apache-2.0
// One function per verb: it adds its subcommand, and the subcommand's callback sets the exit status.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace reeve::cli {

struct context {
  int status = 0; // what the process returns
};

void add_run(CLI::App& root, context& c);
void add_check_config(CLI::App& root, context& c);
void add_reload(CLI::App& root, context& c);
void add_stop(CLI::App& root, context& c);
void add_status(CLI::App& root, context& c);
void add_start(CLI::App& root, context& c);
void add_restart(CLI::App& root, context& c);
void add_reset(CLI::App& root, context& c);
void add_logs(CLI::App& root, context& c);
void add_plugins(CLI::App& root, context& c);
void add_ps(CLI::App& root, context& c);
void add_port(CLI::App& root, context& c);
void add_tree(CLI::App& root, context& c);
void add_doctor(CLI::App& root, context& c);
void add_leaks(CLI::App& root, context& c);
void add_audit(CLI::App& root, context& c);
void add_silence(CLI::App& root, context& c);
void add_eventlog(CLI::App& root, context& c);
void add_locks(CLI::App& root, context& c);
void add_rules(CLI::App& root, context& c);
void add_service(CLI::App& root, context& c);
void add_version(CLI::App& root, context& c);
void add_completion(CLI::App& root, context& c);

// Options for the configuration file, under these names, and for the folder of the plugins. The configuration that is
// used when none is named: the first of these that exists, else the last.
//   $REEVE_CONFIG, config/reeve.toml beside the folder of the executable's folder, the system's own place
void take_config_file(CLI::App& verb, const char* names, std::string& config_path); // without the folder
void take_config(CLI::App& verb, const char* names, std::string& config_path, std::string& plugin_dir);

} // namespace reeve::cli
