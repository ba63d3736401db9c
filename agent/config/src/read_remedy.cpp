// SPDX-License-Identifier: Apache-2.0
#include "read_remedy.hpp"

#include "rules.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>

namespace reeve::config {

namespace {

// Hints quote `example`. The places of the names, as many as there are.
std::vector<source_position> read_names(table_reader& in, std::string_view key, std::string_view example,
                                        std::vector<std::string>& out, problem_list& problems) {
  std::vector<std::string> texts{std::string(example)};
  std::vector<source_position> places;
  if (!in.read_strings(key, texts, &places)) return {};
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i].empty()) problems.add(places[i], cat(in.full_name(key), " has an empty name"));
  out = std::move(texts);
  return places;
}

// A window that covers a name that nothing has would cover nothing, without a word.
void read_covered(table_reader& in, const std::vector<std::string_view>& known, std::vector<std::string>& out,
                  problem_list& problems) {
  const std::vector<source_position> places = read_names(in, "rules", "leak", out, problems);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::string& name = out[i];
    if (name.empty() || std::ranges::find(known, name) != known.end()) continue;
    const std::string_view near = did_you_mean(name, known);
    problems.add(places[i],
                 cat(in.full_name("rules"), " names \"", name,
                     "\", and no [[rule]] or [[webhook.alert]] has that name"),
                 near.empty() ? std::string() : cat("did you mean \"", near, "\"?"));
  }
}

void read_time(table_reader& in, std::string_view key, std::string_view example, std::chrono::minutes& out) {
  std::string text(example);
  if (!in.has(key)) in.problem(key, " is missing", cat("write ", key, " = \"", example, "\""));
  if (!in.read(key, text)) return;
  if (const auto time = time_of_day(text))
    out = *time;
  else
    in.problem(key, cat(" is \"", text, "\", which is no time of day"),
               "write it from \"00:00\" to \"23:59\"");
}

maintenance_settings read_one(const value_node& node, const std::vector<maintenance_settings>& others,
                              const std::vector<std::string_view>& known, problem_list& problems) {
  maintenance_settings out;
  out.where = {node.where};
  table_reader in(node, "maintenance", problems);
  out.name = "nights";
  if (!in.has("name")) in.problem("name", " is missing", "write name = \"nights\"");
  if (in.read("name", out.name) && !is_name(out.name))
    in.problem("name", cat(" is \"", out.name, "\", allowed is ", name_rule));
  if (in.has("name") && std::ranges::find(others, out.name, &maintenance_settings::name) != others.end())
    in.problem("name", cat(" is \"", out.name, "\" for the second time"));
  out.days = read_days(in, problems);
  read_time(in, "from", "22:00", out.from);
  read_time(in, "to", "06:00", out.to);
  if (in.read("time_zone", out.time_zone) && out.time_zone.empty())
    in.problem("time_zone", " is empty", "write \"local\", \"UTC\" or a name such as \"Europe/Berlin\"");
  out.time_zone_where = {in.where("time_zone")};
  read_covered(in, known, out.rules, problems);
  in.finish();
  return out;
}

} // namespace

void read_remedy(table_reader in, remedy_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 2> modes{"observe", "act"}, on_failure{"refuse", "act"};
  in.read_one_of("mode", out.mode, modes);
  read_names(in, "protect", "postgres", out.protect, problems);
  read_names(in, "allow_users", "www-data", out.allow_users, problems);
  in.read("max_actions_per_hour", out.max_actions_per_hour, 1, 1000);
  in.read_one_of("on_audit_failure", out.on_audit_failure, on_failure);
  in.read_size("audit_max_size", out.audit_max_size, 64'000, 100'000'000);
  in.read("audit_max_files", out.audit_max_files, 1, 1000);
  in.read("dumps", out.dumps, 1, 100);
  in.finish();
}

std::vector<maintenance_settings>
read_maintenance(table_reader& root, const std::vector<std::string_view>& known, problem_list& problems) {
  std::vector<maintenance_settings> out;
  for (const value_node* node : root.take_tables("maintenance"))
    out.push_back(read_one(*node, out, known, problems));
  return out;
}

} // namespace reeve::config
