// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/os/event_source.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace reeve::cli {

namespace {

struct eventlog_options {
  std::string action;
  std::string message_file;
  bool json = false;
};

constexpr const char* nothing_needed =
    "Nothing to install on this system: the journal and syslog take events of any program.\n";

int fail(const error& e) {
  std::fprintf(stderr, "reeve: %s\n", e.message.c_str());
  if (e.code == errc::access_denied)
    std::fputs("reeve: this needs an administrator's rights: run it from an elevated prompt\n", stderr);
  return app::exit_failed;
}

int show(const os::event_source& s, bool json) {
  const bool good = !s.needed || (s.installed && s.message_file_there);
  if (json) {
    print_json(boost::json::object{{"needed", s.needed},
                                   {"installed", s.installed},
                                   {"source", s.needed ? os::event_source_name : ""},
                                   {"message_file", s.message_file},
                                   {"message_file_there", s.message_file_there}});
  } else if (!s.needed) {
    std::fputs(nothing_needed, stdout);
  } else if (!s.installed) {
    std::printf("The event source %s is not installed. Run: reeve eventlog install\n", os::event_source_name);
  } else {
    std::printf("The event source %s is installed; its message file is %s%s\n", os::event_source_name,
                s.message_file.c_str(), s.message_file_there ? "" : ", which is not there");
  }
  return good ? app::exit_ok : app::exit_failed;
}

int eventlog(const eventlog_options& o) {
  const auto now = os::read_event_source();
  if (!now) return fail(now.error());
  if (o.action == "status") return show(*now, o.json);
  if (!now->needed) {
    std::fputs(nothing_needed, stdout);
    return app::exit_ok;
  }
  if (o.action == "install") {
    const std::string file = o.message_file.empty() ? os::default_message_file() : o.message_file;
    if (const auto done = os::install_event_source(file); !done) return fail(done.error());
    std::printf("The event source %s is installed; its message file is %s\n", os::event_source_name,
                file.c_str());
    return app::exit_ok;
  }
  if (const auto done = os::uninstall_event_source(); !done) return fail(done.error());
  std::printf("The event source %s is not installed any more.\n", os::event_source_name);
  return app::exit_ok;
}

} // namespace

void add_eventlog(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand(
      "eventlog", "Install, remove or show the event source that the Windows Event Log needs");
  auto options = std::make_shared<eventlog_options>();
  take_one_of(verb->add_option("ACTION", options->action, "What to do"), {"install", "uninstall", "status"})
      ->required();
  verb->add_option("--message-file", options->message_file,
                   "With install: the file with the texts, instead of the one beside reeve; absolute")
      ->type_name("FILE");
  verb->add_flag("--json", options->json, "With status: print JSON");
  verb->footer(
      "install and uninstall need an administrator's rights. On Linux there is nothing to install.\n"
      "Exit status of status: 0 when events are shown with their text, 1 when they are not.\n\n"
      "Examples:\n  reeve eventlog install\n  reeve eventlog status --json\n  reeve eventlog uninstall");
  verb->callback([options, &c] { c.status = eventlog(*options); });
}

} // namespace reeve::cli
