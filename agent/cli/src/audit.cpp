// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "processes/follow_file.hpp"
#include "ps/printable.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/clock.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/config/load.hpp"
#include "reeve/config/print.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/remedy/audit_check.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace reeve::cli {

namespace {

constexpr auto look_again = std::chrono::milliseconds(100);

struct audit_options {
  std::string action = "list";
  std::string config_path, rule, target, outcome, since;
  bool follow = false, json = false;
};

int failed(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return app::exit_failed;
}

// So long ago, or a moment, with milliseconds or without.
std::optional<nanoseconds> read_since(const std::string& text) {
  if (const auto moment = parse_utc(text)) return moment;
  if (text.ends_with('Z'))
    if (const auto moment = parse_utc(cat(text.substr(0, text.size() - 1), ".000Z"))) return moment;
  const auto ago = parse_duration(text);
  return ago ? std::optional(system_clock().unix_time() - *ago) : std::nullopt;
}

// "2026-11-18T11:06:40.123Z  action_ended  restart process:web  succeeded  rule leak: why"
std::string line_of(const remedy::audit_entry& e) {
  std::string out = cat(format_utc(e.unix_time), "  ", name_of(e.event));
  if (!e.guard.empty()) out += cat(" by ", e.guard);
  std::string what = e.action;
  if (!e.target.name.empty())
    out += cat("  ", what, what.empty() ? "" : " ", e.target.kind, e.target.kind.empty() ? "" : ":",
               e.target.name);
  else if (!what.empty()) // of run the command
    out += cat("  ", what, e.target.description.empty() ? "" : " ", e.target.description);
  if (!e.outcome.empty()) out += cat("  ", e.outcome);
  if (!e.source.empty()) out += cat("  ", e.source);
  if (!e.why.empty()) out += cat(": ", e.why);
  return cat(printable(out), "\n");
}

void print(const remedy::audit_entry& e, bool json) {
  std::fputs(json ? cat(to_line(e), "\n").c_str() : line_of(e).c_str(), stdout);
}

int verify(const std::string& path, bool json) {
  const auto report = remedy::verify_audit(path);
  if (!report) return failed(report.error().message);
  if (json) {
    boost::json::value problem;
    if (report->problem)
      problem = {
          {"file", report->problem->file}, {"line", report->problem->line}, {"what", report->problem->what}};
    print_json({{"ok", !report->problem},
                {"files", report->files},
                {"entries", report->entries},
                {"actions", report->actions},
                {"not_ended", report->not_ended},
                {"recorded_losses", report->recorded},
                {"problem", problem}});
  } else if (report->problem) {
    const auto& [file, line, what] = *report->problem;
    std::printf("%s: %s\n", line == 0 ? file.c_str() : cat(file, ":", line).c_str(), what.c_str());
  } else {
    std::printf(
        "%s: %llu entries in %zu file%s are as they were written; %llu actions, %llu of them not ended\n",
        path.c_str(), static_cast<unsigned long long>(report->entries), report->files,
        report->files == 1 ? "" : "s", static_cast<unsigned long long>(report->actions),
        static_cast<unsigned long long>(report->not_ended));
    if (report->recorded)
      std::printf("%llu of them tell of torn, missing or unwritten lines: reeve audit --result torn_line, or "
                  "lines_missing, or entries_lost\n",
                  static_cast<unsigned long long>(report->recorded));
  }
  return report->problem ? app::exit_failed : app::exit_ok;
}

// Those of `lines`, or of the whole log when they do not go on behind `last`: then the file was renamed more often than it
// was looked at.
std::vector<remedy::audit_entry> entries_behind(std::uint64_t last, std::string_view lines,
                                                const std::string& path) {
  std::vector<remedy::audit_entry> out;
  while (!lines.empty()) {
    auto e = remedy::entry_from_line(take_until(lines, '\n'));
    if (!e || e->seq > (out.empty() ? last : out.back().seq) + 1) {
      auto all = remedy::read_audit(path, {});
      return all ? *std::move(all) : out;
    }
    out.push_back(*std::move(e));
  }
  return out;
}

// By their numbers no entry is shown twice.
int follow(follow_file& file, const std::string& path, const remedy::audit_filter& filter, std::uint64_t last,
           bool json) {
  std::string rest;
  while (!std::ferror(stdout)) { // whoever read it is there still
    std::fflush(stdout);
    std::this_thread::sleep_for(look_again);
    rest += file.more();
    const std::size_t whole = rest.rfind('\n') + 1;
    const auto fresh = entries_behind(last, std::string_view(rest).substr(0, whole), path);
    rest.erase(0, whole);
    for (const remedy::audit_entry& e : fresh) {
      if (e.seq <= last) continue;
      last = e.seq;
      if (matches(filter, e)) print(e, json);
    }
  }
  return app::exit_failed;
}

int list(const std::string& path, const audit_options& o) {
  const remedy::audit_filter filter{o.rule, o.target, o.outcome,
                                    o.since.empty() ? std::nullopt : read_since(o.since)};
  follow_file file(path); // from before the list on
  if (o.follow) (void)file.last_lines(0);
  const auto entries = remedy::read_audit(path, {});
  if (!entries && !(o.follow && entries.error().code == errc::not_found))
    return failed(entries.error().message);
  std::uint64_t last = 0;
  boost::json::array out;
  if (entries)
    for (const remedy::audit_entry& e : *entries) {
      last = e.seq;
      if (!matches(filter, e)) continue;
      if (o.json && !o.follow)
        out.push_back(boost::json::parse(to_line(e)));
      else
        print(e, o.json);
    }
  if (o.follow) return follow(file, path, filter, last, o.json);
  if (o.json) print_json(out);
  return app::exit_ok;
}

int audit(const audit_options& o) {
  const config::loaded l = config::load(o.config_path);
  if (!l.value) {
    for (const diagnostic& d : l.problems)
      std::fputs(config::format(d, os::is_terminal(2)).c_str(), stderr);
    return app::exit_bad_config;
  }
  const config::agent_settings& agent = l.value->agent;
  const std::string path = remedy::audit_file(
      cat(agent.state_dir.empty() ? os::state_dir() : agent.state_dir, "/", agent.instance));
  return o.action == "verify" ? verify(path, o.json) : list(path, o);
}

} // namespace

void add_audit(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("audit", "Show what was done about rules and alerts, and what was refused");
  auto o = std::make_shared<audit_options>();
  take_one_of(verb->add_option("ACTION", o->action, "What to do"), {"list", "verify"})->capture_default_str();
  const std::array<const CLI::Option*, 4> filters = {
      verb->add_option("--rule", o->rule, "Only of this rule, or this mapping of alerts"),
      verb->add_option("--target", o->target, "Only about this one: its name, or KIND:NAME"),
      take_one_of(verb->add_option("--result", o->outcome, "Only with this outcome or event"),
                  remedy::audit_words()),
      verb->add_option("--since", o->since,
                       "Only of the last so long, or since a time such as 2026-11-18T11:00:00Z")
          ->type_name("TIME")
          ->check(CLI::Validator(
              [](std::string& text) {
                return read_since(text) ? std::string()
                                        : cat("\"", text,
                                              "\" is neither a duration such as 2h nor a time such as "
                                              "2026-11-18T11:00:00Z");
              },
              ""))};
  verb->add_flag("-f,--follow", o->follow, "Go on with what is written from now on, until Ctrl+C");
  verb->add_flag("--json", o->json, "Print JSON; with --follow one object in each line");
  take_config_file(*verb, "-c,--config", o->config_path);
  verb->footer(
      "It reads the files themselves, so it needs the right to do that, and no running agent.\n"
      "Exit status 1: verify has found a line that is not as it was written.\n\n"
      "Examples:\n  reeve audit\n  reeve audit --rule leak --since 1d\n  reeve audit --result refused -f\n"
      "  reeve audit verify");
  verb->callback([o, filters, &c] {
    if (o->action == "verify" &&
        (o->follow || std::ranges::any_of(filters, [](const CLI::Option* f) { return f->count() > 0; })))
      throw CLI::ValidationError("verify looks at the whole log: it takes --config and --json only");
    c.status = audit(*o);
  });
}

} // namespace reeve::cli
