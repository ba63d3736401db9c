// SPDX-License-Identifier: Apache-2.0
#include "choices.hpp"
#include "json.hpp"
#include "leaks/agent_suspects.hpp"
#include "leaks/machine_watch.hpp"
#include "leaks/trace_file.hpp"
#include "ps/printable.hpp"
#include "ps/text_table.hpp"
#include "ps/units.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace reeve::cli {

namespace {

using handle_leak::resource;

struct leaks_options {
  std::string trace;
  std::string resource;
  std::string sensitivity = "normal";
  std::string instance = "default";
  std::string duration = "2m";
  std::string interval = "1s";
  std::vector<std::string> names;
  std::optional<double> limit;
  bool json = false;
};

double sensitivity_of(const leaks_options& o) {
  return o.sensitivity == "low" ? 0.5 : o.sensitivity == "high" ? 2 : 1;
}

std::optional<resource> resource_of(const leaks_options& o) {
  for (const resource r : handle_leak::all_resources)
    if (o.resource == handle_leak::name_of(r)) return r;
  return std::nullopt;
}

boost::json::value number_or_null(const std::optional<double>& v) {
  boost::json::value out; // null
  if (v) out.emplace_double() = *v;
  return out;
}

boost::json::value text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}

// "3.2/h", "1.5 MiB/h"
std::string rate(resource r, double per_second) {
  const double hourly = per_second * 3600;
  if (r == resource::memory) return cat(human_bytes(static_cast<std::uint64_t>(std::max(0.0, hourly))), "/h");
  char text[32];
  std::snprintf(text, sizeof text, "%.3g/h", hourly);
  return text;
}

std::string time_left(std::optional<double> seconds) {
  constexpr double longest = 1e9; // thirty years
  if (!seconds || *seconds > longest) return "-";
  return human_cpu_time(nanoseconds(static_cast<std::int64_t>(*seconds) * 1'000'000'000));
}

// What is known of a recorded series once all of it was read.
struct judgement {
  std::optional<double> first_suspected_at; // Unix seconds
  std::optional<double> last_suspected_at;
  handle_leak::leak_verdict verdict; // the last one with a suspicion, or the last one
};

judgement judge(const std::vector<trace_point>& points, const leaks_options& o, resource r) {
  handle_leak::detector_options d;
  d.unit = handle_leak::unit_of(r);
  d.sensitivity = sensitivity_of(o);
  handle_leak::leak_detector detector(d);
  judgement out;
  for (const trace_point& p : points) {
    const handle_leak::leak_verdict& v = detector.add(p.unix_seconds, p.value);
    if (v.suspected) {
      if (!out.first_suspected_at) out.first_suspected_at = p.unix_seconds;
      out.last_suspected_at = p.unix_seconds;
    }
    if (v.suspected || !out.first_suspected_at) out.verdict = v;
  }
  return out;
}

void print_judgement(const judgement& j, const leaks_options& o, resource r, std::size_t readings) {
  const bool suspected = j.first_suspected_at.has_value();
  const bool has_trend = j.verdict.slope_per_second > 0;
  const std::optional<double> left =
      seconds_to_limit(j.verdict, o.limit.value_or(std::numeric_limits<double>::infinity()));
  if (o.json) {
    print_json({{"trace", o.trace},
                {"resource", handle_leak::name_of(r)},
                {"readings", readings},
                {"suspected", suspected},
                {"first_suspected_at", number_or_null(j.first_suspected_at)},
                {"last_suspected_at", number_or_null(j.last_suspected_at)},
                {"slope_per_second", has_trend ? boost::json::value(j.verdict.slope_per_second) : nullptr},
                {"confidence", j.verdict.confidence},
                {"seconds_to_limit", number_or_null(left)}});
    return;
  }
  if (!suspected) {
    std::printf("%s: no leak of %s is suspected in %zu readings\n", o.trace.c_str(), handle_leak::name_of(r),
                readings);
    return;
  }
  std::printf("%s: a leak of %s is suspected since %.0f: %s, confidence %.2f", o.trace.c_str(),
              handle_leak::name_of(r), *j.first_suspected_at, rate(r, j.verdict.slope_per_second).c_str(),
              j.verdict.confidence);
  if (left) std::printf(", %s to the limit", time_left(left).c_str());
  std::printf("\n");
}

int judge_trace(const leaks_options& o) {
  std::ifstream in(std::filesystem::path(o.trace), std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "reeve: %s: cannot be opened\n", o.trace.c_str());
    return app::exit_failed;
  }
  const auto points = read_trace(in, o.trace);
  if (!points) {
    std::fprintf(stderr, "%s\n", points.error().message.c_str());
    return app::exit_failed;
  }
  const resource r = resource_of(o).value_or(resource::handles);
  const judgement j = judge(*points, o, r);
  print_judgement(j, o, r, points->size());
  return j.first_suspected_at ? app::exit_found : app::exit_ok;
}

void print_report(const watch_report& report, const leaks_options& o, bool of_agent) {
  if (o.json) {
    boost::json::array suspects;
    for (const leak_suspect& s : report.suspects)
      suspects.push_back({{"pid", s.pid},
                          {"name", printable(s.name)},
                          {"resource", handle_leak::name_of(s.of)},
                          {"kind", text_or_null(s.kind)},
                          {"kind_count", s.kind_count != 0 ? boost::json::value(s.kind_count) : nullptr},
                          {"example", text_or_null(printable(s.example))},
                          {"slope_per_second", s.slope_per_second},
                          {"confidence", s.confidence},
                          {"seconds_to_limit", number_or_null(s.seconds_to_limit)},
                          {"exited", s.exited}});
    print_json({{"source", of_agent ? "agent" : "watch"},
                {"readings", of_agent ? boost::json::value() : report.readings},
                {"processes", report.processes},
                {"left_out", report.left_out},
                {"suspects", std::move(suspects)}});
    return;
  }
  if (report.suspects.empty()) {
    std::printf("no leak is suspected in %zu processes%s\n", report.processes,
                of_agent ? ", which the running agent watches" : "");
    return;
  }
  std::vector<std::vector<cell>> rows;
  for (const leak_suspect& s : report.suspects) {
    char confidence[16];
    std::snprintf(confidence, sizeof confidence, "%.2f", s.confidence);
    rows.push_back({{cat(s.pid)},
                    {printable(s.name)},
                    {handle_leak::name_of(s.of)},
                    {s.kind.empty() ? "-" : printable(s.kind)},
                    {rate(s.of, s.slope_per_second)},
                    {time_left(s.seconds_to_limit)},
                    {confidence}});
  }
  const std::string text = render_table(
      {{"PID", true}, {"NAME"}, {"LEAKS"}, {"KIND"}, {"RATE", true}, {"LEFT", true}, {"CONFIDENCE", true}},
      rows, style_of_output());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int watch(const leaks_options& o) {
  handle_leak::watch_options w;
  w.names.include = o.names;
  w.sensitivity = sensitivity_of(o);
  w.max_processes = 20'000;
  if (const auto only = resource_of(o)) {
    w.watched.fill(false);
    w.watched[static_cast<std::size_t>(*only)] = true;
    w.limit[static_cast<std::size_t>(*only)] = o.limit;
  }
  const nanoseconds duration = *parse_duration(o.duration), interval = *parse_duration(o.interval); // checked
  watch_progress progress;
  const bool shows_progress = os::is_terminal(2);
  if (shows_progress)
    progress = [&](nanoseconds passed, std::size_t suspects) {
      std::fprintf(stderr, "\r%s of %s, %zu suspected ", human_cpu_time(passed).c_str(), o.duration.c_str(),
                   suspects);
      std::fflush(stderr);
    };
  const auto report = watch_machine(w, duration, interval, progress);
  if (shows_progress) std::fputs("\r                                        \r", stderr);
  if (!report) {
    std::fprintf(stderr, "reeve: %s\n", report.error().message.c_str());
    return app::exit_failed;
  }
  print_report(*report, o, false);
  if (report->unreadable != 0)
    std::fprintf(stderr, "%llu values could not be read for lack of rights\n",
                 static_cast<unsigned long long>(report->unreadable));
  for (const auto reason : handle_leak::all_unread_reasons)
    if (const std::uint64_t n = report->kinds_unread[static_cast<std::size_t>(reason)]; n != 0)
      std::fprintf(stderr, "%llu times the kinds of a suspect's handles could not be read: %s\n",
                   static_cast<unsigned long long>(n), handle_leak::name_of(reason));
  return report->suspects.empty() ? app::exit_ok : app::exit_found;
}

// The running agent's suspects, at once; nothing when there is none to be asked.
std::optional<int> ask_agent(const leaks_options& o) {
  auto report = ask_for_suspects(o.instance);
  if (!report) return std::nullopt;
  const handle_leak::name_filter names{o.names, {}};
  const auto only = resource_of(o);
  std::erase_if(report->suspects,
                [&](const leak_suspect& s) { return !names.accepts(s.name) || (only && s.of != *only); });
  print_report(*report, o, true);
  return report->suspects.empty() ? app::exit_ok : app::exit_found;
}

} // namespace

void add_leaks(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("leaks", "Find processes of this machine that leak, or judge a recorded series");
  auto options = std::make_shared<leaks_options>();
  CLI::Option* trace =
      verb->add_option("--trace", options->trace, "Judge this file of lines unix_seconds,value instead")
          ->type_name("FILE");
  std::vector<std::string> resources;
  for (const resource r : handle_leak::all_resources)
    resources.emplace_back(handle_leak::name_of(r));
  CLI::Option* only = take_one_of(
      verb->add_option("--resource", options->resource, "Only this; of a trace: what it holds (handles)"),
      resources);
  verb->add_option("--limit", options->limit,
                   "At so many, or so many bytes, the process would be refused more")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->needs(only);
  CLI::Option* sensitivity = take_one_of(
      verb->add_option("--sensitivity", options->sensitivity, "low wants more evidence, high less")
          ->capture_default_str(),
      {"low", "normal", "high"});
  verb->add_option("-i,--instance", options->instance, "Which agent to ask: its [agent] instance")
      ->capture_default_str()
      ->excludes(trace);
  CLI::Option* duration =
      verb->add_option("--for", options->duration, "How long to watch, instead of asking an agent")
          ->type_name("DURATION")
          ->capture_default_str()
          ->excludes(trace)
          ->check(CLI::Validator(
              [](const std::string& text) {
                return check_duration(text, std::chrono::milliseconds(1), std::chrono::hours(24 * 7),
                                      "1ms to 7d");
              },
              ""));
  CLI::Option* interval = verb->add_option("--interval", options->interval,
                                           "How often to look; a leak takes 80 readings or more to show")
                              ->type_name("DURATION")
                              ->capture_default_str()
                              ->excludes(trace)
                              ->check(CLI::Validator(
                                  [](const std::string& text) {
                                    return check_duration(text, std::chrono::milliseconds(10),
                                                          std::chrono::hours(1), "10ms to 1h");
                                  },
                                  ""));
  verb->add_option("-n,--name", options->names,
                   "Only names that match this pattern with * and ?; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false)
      ->excludes(trace);
  verb->add_flag("--json", options->json, "Print JSON");
  verb->footer(
      "A running agent with the plugin handle-leak is asked and answers at once. Without one, or with --for, "
      "--interval, --sensitivity or --limit, this command watches by itself. "
      "Each reading is judged from those before it. KIND is the kind of handle that grew, RATE is by the "
      "hour, "
      "LEFT "
      "until the limit.\nExit status: 0 nothing is suspected, 4 something is.\n\n"
      "Examples:\n  reeve leaks\n  reeve leaks --for 10m\n  reeve leaks --for 2m --interval 1s --name "
      "'java*' --json\n"
      "  reeve leaks --trace fds.csv --resource handles --limit 1024 --json");
  // Who says how to watch wants it done that way.
  const auto watches_itself = [sensitivity, duration, interval, options] {
    return sensitivity->count() + duration->count() + interval->count() != 0 || options->limit;
  };
  verb->callback([options, watches_itself, &c] {
    if (!options->trace.empty()) {
      c.status = judge_trace(*options);
      return;
    }
    const auto answered = watches_itself() ? std::nullopt : ask_agent(*options);
    c.status = answered ? *answered : watch(*options);
  });
}

} // namespace reeve::cli
