// SPDX-License-Identifier: Apache-2.0
#include "read_health.hpp"

#include "reeve/base/strings.hpp"
#include "rules.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace reeve::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> types{"http", "tcp", "command"};
constexpr std::array<std::string_view, 9> http_keys{
    "url",        "method", "host", "headers", "expect_status", "expect_body", "expect_body_regex",
    "verify_tls", "ca_file"};
constexpr std::array<std::string_view, 1> tcp_keys{"address"};
constexpr std::array<std::string_view, 2> command_keys{"command", "args"};

names keys_of(std::string_view type) {
  if (type == "http") return http_keys;
  if (type == "tcp") return tcp_keys;
  return command_keys;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

void refuse_keys_of_others(table_reader& in, std::string_view type) {
  for (const std::string_view other : types) {
    if (other == type) continue;
    for (const std::string_view key : keys_of(other)) {
      if (!in.has(key)) continue;
      in.take(key);
      std::string own;
      for (const std::string_view k : keys_of(type))
        own += cat(own.empty() ? "" : ", ", k);
      in.problem(key, cat(" belongs to checks of type \"", other, "\", this one is \"", type, "\""),
                 cat("a check of type \"", type, "\" has: ", own));
    }
  }
}

void read_name(table_reader& in, const std::vector<health_settings>& others, health_settings& out) {
  out.name = out.type;
  if (in.read("name", out.name) && !is_name(out.name))
    in.problem("name", cat(" is \"", out.name, "\", allowed is ", name_rule));
  const auto same = std::ranges::find(others, out.name, &health_settings::name);
  if (same != others.end())
    in.problem(
        "name",
        cat(" is \"", out.name, "\", as that of the check at ", same->where.file, ":", same->where.line),
        "write name = \"...\"; without one it is the type");
}

void read_url(table_reader& in, health_settings& out) {
  std::string text;
  if (!in.has("url"))
    in.problem("url", " is missing", "write url = \"http://127.0.0.1:8080/health\"");
  else if (in.read("url", text)) {
    if (const result<http_url> parsed = parse_http_url(text))
      out.url = *parsed;
    else
      in.problem("url", cat(": ", parsed.error().message));
  }
}

void read_host(table_reader& in, health_settings& out) {
  if (!in.read("host", out.host)) return;
  // As in a url, where a port may follow; here there is none.
  if (!parse_endpoint(cat(out.host, ":1")))
    in.problem("host", cat(" is \"", out.host, "\", which is no host name"));
}

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != marks.npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

void read_headers(table_reader& in, health_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 3> own{"connection", "content-length", "transfer-encoding"};
  const value_node* node = in.take("headers");
  if (!node) return;
  const value_node::table* members = node->as_table();
  if (!members)
    return in.problem("headers", " must be a table", "write headers = { Accept = \"text/plain\" }");
  for (const value_node::member& m : *members) {
    const std::string name = cat(in.full_name("headers"), ".", m.key);
    const auto* text = std::get_if<std::string>(&m.value.value);
    if (!is_token(m.key))
      problems.add(m.key_where, cat(in.full_name("headers"), " has a name that no header can have"));
    else if (lower(m.key) == "host")
      problems.add(m.key_where, cat(name, " has a key of its own"), "write host = \"www.example.com\"");
    else if (std::ranges::find(own, lower(m.key)) != own.end())
      problems.add(m.key_where, cat(name, " is set by the agent"));
    else if (!text)
      problems.add(m.value.where, cat(name, " must be text in quotes"));
    else if (has_control(*text))
      problems.add(m.value.where, cat(name, " holds a character that no header can have"));
    else
      out.headers.emplace_back(m.key, *text);
  }
}

std::optional<status_range> status_of(const value_node& node) {
  std::int64_t first = 0, last = 0;
  if (const auto* number = std::get_if<std::int64_t>(&node.value)) {
    first = last = *number;
  } else if (const auto* text = std::get_if<std::string>(&node.value)) {
    const char* end = text->data() + text->size();
    const auto low = std::from_chars(text->data(), end, first);
    if (low.ec != std::errc{} || low.ptr == end || *low.ptr != '-') return std::nullopt;
    const auto high = std::from_chars(low.ptr + 1, end, last);
    if (high.ec != std::errc{} || high.ptr != end) return std::nullopt;
  }
  if (first < 100 || last > 599 || first > last) return std::nullopt;
  return status_range{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)};
}

void read_status(table_reader& in, health_settings& out, problem_list& problems) {
  const value_node* node = in.take("expect_status");
  if (!node) return;
  const value_node::array* items = node->as_array();
  const std::span<const value_node> all = items ? std::span<const value_node>(*items) : std::span(node, 1);
  if (all.empty()) return in.problem("expect_status", " is empty", "leave it out for 200 to 399");
  out.expect_status.clear();
  for (const value_node& item : all) {
    if (const auto range = status_of(item))
      out.expect_status.push_back(*range);
    else
      problems.add(item.where,
                   cat(in.full_name("expect_status"), " must be a status from 100 to 599 or a range of them"),
                   "for example: expect_status = [200, \"300-399\"]");
  }
}

void read_regex(table_reader& in, health_settings& out) {
  if (!in.read("expect_body_regex", out.expect_body_regex)) return;
  RE2::Options options;
  options.set_log_errors(false); // it would write to stderr
  const RE2 regex(out.expect_body_regex, options);
  if (regex.ok()) return;
  const std::string& part = regex.error_arg();
  const std::size_t at =
      part.empty() || part == out.expect_body_regex ? part.npos : out.expect_body_regex.find(part);
  in.problem("expect_body_regex",
             cat(at == part.npos ? std::string() : cat(", at its character ", at + 1), ": ", regex.error()),
             "the syntax is RE2's; in single quotes a backslash stands for itself");
}

void read_http(table_reader& in, health_settings& out, problem_list& problems) {
  static constexpr std::array<std::string_view, 2> methods{"GET", "HEAD"};
  read_url(in, out);
  in.read_one_of("method", out.method, methods);
  read_host(in, out);
  read_headers(in, out, problems);
  read_status(in, out, problems);
  in.read("expect_body", out.expect_body);
  read_regex(in, out);
  in.read("verify_tls", out.verify_tls);
  read_absolute(in, "ca_file", out.ca_file);
  for (const std::string_view key : {"expect_body", "expect_body_regex"})
    if (in.has(key) && out.method == "HEAD")
      in.problem(key, " needs method = \"GET\", HEAD asks for no body");
  for (const std::string_view key : {"verify_tls", "ca_file"})
    if (in.has(key) && !out.url.host.empty() && !out.url.tls)
      in.problem(key, " needs a url that begins with https://");
  if (!out.verify_tls && !out.ca_file.empty())
    in.problem("ca_file", " is never read", "verify_tls = false takes every certificate");
}

void read_tcp(table_reader& in, health_settings& out) {
  std::string text;
  if (!in.has("address")) return in.problem("address", " is missing", "write address = \"127.0.0.1:5432\"");
  if (!in.read("address", text)) return;
  const result<endpoint> parsed = parse_endpoint(text);
  if (!parsed) return in.problem("address", cat(": ", parsed.error().message));
  if (parsed->port == 0) return in.problem("address", cat(" is \"", text, "\", nobody listens on port 0"));
  out.address = *parsed;
}

void read_command(table_reader& in, health_settings& out) {
  if (!in.has("command")) in.problem("command", " is missing", "name the program file, with its whole path");
  if (read_absolute(in, "command", out.command) && out.command.empty()) in.problem("command", " is empty");
  in.read_strings("args", out.args);
  if (std::ranges::any_of(out.args, [](std::string_view a) { return a.find('\0') != a.npos; }))
    in.problem("args", " hold a zero character");
}

void read_times(table_reader& in, health_settings& out) {
  in.read_duration("grace", out.grace, 0s, days(1));
  in.read_duration("interval", out.interval, 100ms, days(1));
  in.read_duration("timeout", out.timeout, 10ms, 1h);
  if (out.timeout > out.interval) {
    const std::string longest = format_duration(out.interval),
                      hint = cat("write timeout = \"", longest, "\" or less");
    if (in.has("timeout"))
      in.problem("timeout",
                 cat(" is ", format_duration(out.timeout), ", longer than interval (", longest, ")"), hint);
    else
      in.problem("interval",
                 cat(" is ", longest, ", shorter than timeout (", format_duration(out.timeout), ")"), hint);
  }
  in.read("retries", out.retries, 1, 1000);
  in.read("success_threshold", out.success_threshold, 1, 1000);
}

health_settings read_check(const value_node& node, const std::vector<health_settings>& others,
                           problem_list& problems) {
  health_settings out;
  out.where = {node.where};
  table_reader in(node, "process.health", problems);
  if (!in.has("type")) {
    in.problem("type", " is missing", "write type = \"http\", \"tcp\" or \"command\"");
    return out;
  }
  if (!in.read_one_of("type", out.type, types)) return out;
  read_name(in, others, out);
  if (out.type == "http") read_http(in, out, problems);
  if (out.type == "tcp") read_tcp(in, out);
  if (out.type == "command") read_command(in, out);
  read_times(in, out);
  refuse_keys_of_others(in, out.type);
  in.finish();
  return out;
}

} // namespace

std::vector<health_settings> read_health(table_reader& process, problem_list& problems) {
  std::vector<health_settings> out;
  for (const value_node* node : process.take_tables("health"))
    out.push_back(read_check(*node, out, problems));
  return out;
}

} // namespace reeve::config
