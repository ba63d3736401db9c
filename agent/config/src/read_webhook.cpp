// SPDX-License-Identifier: Apache-2.0
#include "read_webhook.hpp"

#include "label_matcher.hpp"
#include "read_file.hpp"
#include "read_steps.hpp"
#include "reeve/base/strings.hpp"
#include "rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace reeve::config {

namespace {

constexpr std::size_t shortest_token = 16, shortest_password = 12, longest_secret = 4096;
constexpr std::size_t most_alert_tables = 1000;

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

// The first line of the file; false where it is not to be had, which has been said then.
bool read_secret_file(table_reader& in, std::string_view key, std::string& out) {
  std::string path;
  if (!read_absolute(in, key, path)) return false;
  const result<std::string> text = path.empty() ? result<std::string>(std::string()) : read_file(path);
  if (!text) {
    in.problem(key, cat(" is \"", path, "\": ", text.error().message),
               "the account that runs the agent must be able to read it");
    return false;
  }
  out = text->substr(0, text->find_first_of("\r\n"));
  if (out.empty())
    in.problem(key, path.empty() ? " is empty" : cat(" is \"", path, "\", whose first line is empty"));
  return !out.empty();
}

// `key` or `key`_file. Gives back the name of the one that was read, or nothing.
std::string read_secret(table_reader& in, const std::string& key, std::size_t shortest, std::string& out) {
  const std::string file_key = cat(key, "_file");
  if (in.has(key) && in.has(file_key))
    in.problem(file_key, cat(" stands beside ", key, "; one of them is enough"));
  std::string source;
  if (in.has(key)) {
    if (in.read(key, out)) source = key;
  } else if (in.has(file_key)) {
    if (read_secret_file(in, file_key, out)) source = file_key;
  }
  in.take(key); // known, whichever of the two is there
  in.take(file_key);
  if (!source.empty() && (out.size() < shortest || out.size() > longest_secret))
    in.problem(source, cat(" must have ", shortest, " to ", longest_secret, " characters"),
               "for example what `openssl rand -hex 32` prints");
  return source;
}

void read_authentication(table_reader& in, const std::vector<endpoint>& listen, webhook_settings& out) {
  const std::string token = read_secret(in, "token", shortest_token, out.token);
  const std::string password = read_secret(in, "password", shortest_password, out.password);
  const bool has_token = in.has("token") || in.has("token_file");
  const bool has_password = in.has("password") || in.has("password_file");
  if (!token.empty() && !is_visible(out.token))
    in.problem(token, " holds a character that is not to be seen, or not of ASCII");
  if (!password.empty() && has_control(out.password)) in.problem(password, " holds a control character");
  if (in.read("user", out.user) &&
      (out.user.empty() || has_control(out.user) || out.user.find(':') != out.user.npos))
    in.problem("user", " is empty, or holds a colon or a control character", "RFC 7617 allows neither");
  in.read("allow_unauthenticated", out.allow_unauthenticated);

  if (has_token && in.has("user"))
    return in.problem("user", " stands beside a token; one of the two is enough");
  if (in.has("user") != has_password)
    return in.problem(in.has("user")                       ? "user"
                      : has_password && in.has("password") ? "password"
                                                           : "password_file",
                      " needs both: a user, and a password or a password_file");
  const bool is_asked = has_token || in.has("user");
  if (is_asked && out.allow_unauthenticated)
    return in.problem("allow_unauthenticated", " is true, and there is a token or a user",
                      "take one of them out");
  if (!is_asked && !out.allow_unauthenticated)
    return in.problem("token", " is missing", "write token_file = \"...\", or user and password_file");
  const auto open = std::ranges::find_if_not(listen, is_loopback);
  if (out.allow_unauthenticated && open != listen.end())
    in.problem("allow_unauthenticated",
               cat(" is true, and http.listen has ", format_endpoint(*open), ", which others can reach"),
               "listen on 127.0.0.1 and [::1] only, or write token_file = \"...\"");
}

void read_path(table_reader& in, std::string& out) {
  static constexpr std::array<std::string_view, 5> taken{"/", "/metrics", "/-/healthy", "/-/ready",
                                                         "/-/reload"};
  if (!in.read("path", out)) return;
  if (!out.starts_with('/') || !is_visible(out) || out.find_first_of("?#%") != out.npos)
    in.problem("path", cat(" is \"", out, "\", which is no path"), "write it like \"/api/v1/alerts\"");
  else if (std::ranges::find(taken, out) != taken.end())
    in.problem("path", cat(" is \"", out, "\", which the agent uses itself"));
}

void read_match(table_reader& in, webhook_alert_settings& out, problem_list& problems) {
  static constexpr std::string_view example =
      "write match = [\"alertname=Leak\", \"severity=~critical|page\"]";
  std::vector<std::string> texts{"alertname=Leak"};
  std::vector<source_position> places;
  if (!in.has("match")) {
    in.take("match");
    return in.problem("match", " is missing", std::string(example));
  }
  if (!in.read_strings("match", texts, &places)) return;
  if (texts.empty()) return in.problem("match", " is empty", std::string(example));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto parsed = parse_label_matcher(texts[i]);
    if (parsed)
      out.match.push_back(*std::move(parsed));
    else
      problems.add(places[i], cat(in.full_name("match"), ": ", parsed.error().message), std::string(example));
  }
}

void read_name(table_reader& in, const std::vector<webhook_alert_settings>& others,
               const std::vector<rule_settings>& rules, webhook_alert_settings& out) {
  if (!in.has("name")) {
    in.take("name");
    return in.problem("name", " is missing", "write name = \"leak\"");
  }
  if (!in.read("name", out.name)) return;
  const auto same = std::ranges::find(others, out.name, &webhook_alert_settings::name);
  const auto rule = std::ranges::find(rules, out.name, &rule_settings::name);
  if (out.name == "all") in.problem("name", " is \"all\", which stands for every process");
  if (!is_name(out.name))
    in.problem("name", cat(" is \"", out.name, "\", allowed is ", name_rule));
  else if (same != others.end())
    in.problem("name", cat(" is \"", out.name, "\", as that of the table at ", same->where.file, ":",
                           same->where.line));
  else if (rule != rules.end())
    in.problem(
        "name",
        cat(" is \"", out.name, "\", as that of the rule at ", rule->where.file, ":", rule->where.line),
        "silences and `reeve reset` tell rules and alerts apart by their names");
}

webhook_alert_settings read_alert(const value_node& node, const std::vector<webhook_alert_settings>& others,
                                  const std::vector<rule_settings>& rules, problem_list& problems) {
  webhook_alert_settings out;
  out.where = {node.where};
  table_reader in(node, "webhook.alert", problems);
  read_name(in, others, rules, out);
  read_match(in, out, problems);
  read_response(in, out, problems);
  in.finish();
  return out;
}

} // namespace

std::optional<webhook_settings> read_webhook(table_reader& root, const std::vector<endpoint>& listen,
                                             const std::vector<rule_settings>& rules,
                                             problem_list& problems) {
  const value_node* node = root.take("webhook");
  if (!node) return std::nullopt;
  webhook_settings out;
  table_reader in(*node, "webhook", problems);
  read_path(in, out.path);
  read_authentication(in, listen, out);
  in.read_size("max_body", out.max_body, 1'000, 16'000'000);
  in.read("rate", out.rate, 0.01, 1000.0);
  in.read("burst", out.burst, 1, 1000);
  in.read("queue", out.queue, 1, 10'000);
  const auto tables = in.take_tables("alert");
  if (tables.size() > most_alert_tables)
    in.problem("alert", cat(" has more than ", most_alert_tables, " tables"));
  for (std::size_t i = 0; i < std::min(tables.size(), most_alert_tables); ++i)
    out.alerts.push_back(read_alert(*tables[i], out.alerts, rules, problems));
  in.finish();
  return out;
}

} // namespace reeve::config
