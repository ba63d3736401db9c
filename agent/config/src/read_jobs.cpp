// SPDX-License-Identifier: Apache-2.0
#include "read_jobs.hpp"

#include "read_program.hpp"
#include "rules.hpp"

#include <array>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::size_t most_times = 64; // of one day

void read_schedule(table_reader& in, job_settings& out) {
  std::string text;
  if (!in.read("schedule", text)) return;
  const result<cron_expression> parsed = cron_expression::parse(text);
  if (parsed)
    out.times.push_back(*parsed);
  else
    in.problem("schedule", cat(": ", parsed.error().message),
               "the fields are minute, hour, day of month, month, day of week: \"30 2 * * mon-fri\"");
}

void read_at(table_reader& in, job_settings& out, problem_list& problems) {
  const cron_expression::weekday_set weekdays = read_days(in, problems);
  std::vector<std::string> texts{"02:30"};
  std::vector<source_position> places;
  if (!in.read_strings("at", texts, &places)) return;
  if (texts.empty()) in.problem("at", " is empty", "write at = \"02:30\"");
  if (texts.size() > most_times) {
    in.problem("at", cat(" has more than ", most_times, " times"),
               "a schedule can say it shorter: \"*/15 * * * *\"");
    return;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto time = time_of_day(texts[i]))
      out.times.push_back(cron_expression::at(*time, weekdays));
    else
      problems.add(places[i], cat(in.full_name("at"), " has \"", texts[i], "\", which is no time of day"),
                   "write it from \"00:00\" to \"23:59\"");
  }
}

void read_times(table_reader& in, job_settings& out, problem_list& problems) {
  const bool has_schedule = in.has("schedule"), has_at = in.has("at");
  read_schedule(in, out);
  read_at(in, out, problems);
  if (!has_schedule && !has_at)
    in.problem("schedule", " is missing", "write schedule = \"30 2 * * *\", or at = \"02:30\"");
  if (has_schedule && has_at) in.problem("at", " stands beside a schedule; one of them is enough");
  if (in.has("days") && !has_at)
    in.problem("days", " needs the key at",
               "a schedule has its days in the fifth field: \"30 2 * * mon-fri\"");
}

job_settings read_job(const value_node& node, const std::vector<process_settings>& processes,
                      const std::vector<job_settings>& others, problem_list& problems) {
  static constexpr std::array<std::string_view, 2> missed{"run_once", "skip"};
  static constexpr std::array<std::string_view, 3> overlaps{"skip", "queue", "stop_running"};
  job_settings out;
  out.where = {node.where};
  table_reader in(node, "job", problems);
  read_program(in, "backup", problems, out);
  refuse_same_name(in, "process", processes, out.name);
  refuse_same_name(in, "job", others, out.name);
  for (const process_settings& p : processes)
    if (std::ranges::find(p.groups, out.name) != p.groups.end())
      in.problem("name", cat(" is \"", out.name, "\", which is a group of the process ", p.name));
  read_times(in, out, problems);
  if (in.read("time_zone", out.time_zone) && out.time_zone.empty())
    in.problem("time_zone", " is empty", "write \"local\", \"UTC\" or a name such as \"Europe/Berlin\"");
  out.time_zone_where = {in.where("time_zone")};
  in.read_one_of("missed", out.missed, missed);
  in.read("retries", out.retries, 0, 100);
  in.read_duration("retry_interval", out.retry_interval, 1s, days(1));
  if (in.read_duration("timeout", out.timeout, 0s, days(30)) && out.timeout > 0s && out.timeout < 1s)
    in.problem("timeout", " is shorter than 1s", "0s stands for no limit");
  in.read_one_of("overlap", out.overlap, overlaps);
  in.read_duration("jitter", out.jitter, 0s, 1h);
  in.finish();
  return out;
}

} // namespace

std::vector<job_settings> read_jobs(table_reader& root, const std::vector<process_settings>& processes,
                                    problem_list& problems) {
  std::vector<job_settings> out;
  for (const value_node* node : root.take_tables("job"))
    out.push_back(read_job(*node, processes, out, problems));
  return out;
}

} // namespace reeve::config
