// SPDX-License-Identifier: Apache-2.0
#include "launch_settings.hpp"

#include "env_file.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/config/size.hpp"
#include "reeve/os/state_file.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace reeve::supervise {

namespace {

restart_rule rule_of(std::string_view text) {
  return text == "never"        ? restart_rule::never
         : text == "on-failure" ? restart_rule::on_failure
                                : restart_rule::always;
}

// In the order of os::limited.
constexpr std::array<std::string_view, 10> limit_names{
    "open_files", "processes",     "core_size",   "file_size", "address_space",
    "stack",      "locked_memory", "cpu_seconds", "memory",    "cpu"};

os::limited limit_of(std::string_view name) {
  for (std::size_t i = 0; i < limit_names.size(); ++i)
    if (limit_names[i] == name) return static_cast<os::limited>(i);
  return os::limited::open_files; // the configuration lets no other through
}

void set(std::vector<std::pair<std::string, std::string>>& env, std::string name, std::string value) {
  for (auto& [n, v] : env)
    if (n == name) {
      v = std::move(value);
      return;
    }
  env.emplace_back(std::move(name), std::move(value));
}

// FNV-1a, 64 bits (Fowler, Noll, Vo). Each text with its length, so that "ab","c" is not "a","bc".
class fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : cat(text.size(), ":"))
      mix(c);
    for (const char c : text)
      mix(c);
  }
  std::string text() const {
    std::array<char, 17> out{};
    const auto end = std::to_chars(out.data(), out.data() + 16, value_, 16).ptr;
    return {out.data(), end};
  }

 private:
  void mix(char c) {
    value_ ^= static_cast<unsigned char>(c);
    value_ *= 0x100000001b3u;
  }
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

result<std::vector<std::pair<std::string, std::string>>> environment_of(const config::process_settings& s) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& file : s.env_files) {
    const auto text = os::read_state_file(file);
    if (!text) return error{text.error().code, cat("env_file ", text.error().message), text.error().os_code};
    auto read = parse_env_file(*text);
    if (!read) return error{read.error().code, cat("env_file ", file, ": ", read.error().message), 0};
    for (auto& [name, value] : *read)
      set(out, std::move(name), std::move(value));
  }
  for (const auto& [name, value] : s.env)
    set(out, name, value);
  return out;
}

// What a program and the commands beside it share.
result<os::launch_command> common_of(const config::process_settings& s) {
  os::launch_command out;
  auto env = environment_of(s);
  if (!env) return env.error();
  out.env = *std::move(env);
  out.cwd = s.cwd;
  out.account = s.user;
  if (!s.umask.empty()) {
    std::uint32_t value = 0;
    std::from_chars(s.umask.data(), s.umask.data() + s.umask.size(), value, 8);
    out.umask = value;
  }
  out.nice = s.nice;
  return out;
}

} // namespace

std::string output_file_of(const config::process_settings& s, const std::string& own_output) {
  if (s.output == "inherit" || s.output == "none") return {};
  return s.output.empty() ? own_output : s.output;
}

result<os::launch_command> command_of(const config::process_settings& s, const std::string& own_output) {
  auto out = common_of(s);
  if (!out) return out;
  if (s.shell) {
    out->program = "/bin/sh";
    out->args = {"-c", s.command};
  } else {
    out->program = s.command;
    out->args = s.args;
  }
  using target = os::output_plan::target;
  const std::string file = output_file_of(s, own_output);
  out->output.to = !file.empty() ? target::file : s.output == "inherit" ? target::inherit : target::nowhere;
  out->output.file = file;
  out->output.max_size_bytes = s.output_max_size;
  out->output.max_files = s.output_max_files;
  for (const config::limit_settings& l : s.limits)
    out->limits.push_back({limit_of(l.name), l.value});
  out->daemon = s.daemon;
  return out;
}

result<os::launch_command> hook_of(const config::process_settings& s, const config::command_words& words,
                                   std::vector<std::pair<std::string, std::string>> more,
                                   const std::string& output) {
  auto out = common_of(s);
  if (!out) return out;
  out->program = words.front();
  out->args.assign(words.begin() + 1, words.end());
  for (auto& [name, value] : more)
    set(out->env, std::move(name), std::move(value));
  out->output = {os::output_plan::target::file, output, 1'000'000, 1};
  return out;
}

const std::vector<config::stop_rung>& rungs_of(const config::process_settings& s) {
  static const std::vector<config::stop_rung> usual = [] {
    config::stop_rung signal, window, key;
    signal.signal = "SIGTERM";
    window.console = "close-window";
    window.timeout = std::chrono::seconds(10);
    key.console = "ctrl-break";
    return os::signal_number("SIGTERM") ? std::vector{signal} : std::vector{window, key};
  }();
  return s.stop.empty() ? usual : s.stop;
}

process_plan plan_of(const config::process_settings& s) {
  process_plan out;
  out.restart = rule_of(s.restart);
  out.limits.first_delay = s.restart_delay;
  out.limits.longest_delay = s.restart_delay_max;
  out.limits.healthy = s.healthy_after;
  out.limits.give_up_after = s.give_up_after;
  out.limits.window = s.give_up_window;
  out.stop_budget = s.stop_timeout;
  out.rungs.clear();
  for (const config::stop_rung& rung : rungs_of(s))
    out.rungs.push_back(rung.timeout);
  out.pre_start = !s.pre_start.empty();
  out.post_start = !s.post_start.empty();
  out.pre_stop = !s.pre_stop.empty();
  out.clean_up = !s.post_stop.empty() || !s.temporary_files.empty();
  out.hook_timeout = s.hook_timeout;
  return out;
}

os::stop_request request_of(const config::stop_rung& rung) {
  os::stop_request out;
  using means = os::stop_request::means;
  using scope = os::stop_request::scope;
  if (!rung.signal.empty()) {
    out.by = means::signal;
    out.signal = os::signal_number(rung.signal).value_or(0);
  } else {
    out.by = rung.console == "close-window" ? means::close_window
             : rung.console == "ctrl-c"     ? means::ctrl_c
                                            : means::ctrl_break;
  }
  out.to = rung.scope == "program" ? scope::program : rung.scope == "tree" ? scope::tree : scope::group;
  return out;
}

std::string to_text(const config::stop_rung& rung) {
  if (!rung.command.empty()) return cat("the command ", rung.command.front());
  if (!rung.console.empty()) return rung.console;
  return cat(rung.signal, " to ", rung.scope == "program" ? "it" : cat("its ", rung.scope));
}

std::string memory_limit_of(const config::process_settings& s) {
  for (const config::limit_settings& l : s.limits)
    if (l.name == "memory") return cat(", limit memory of ", config::format_size(l.value));
  return {};
}

std::string fingerprint_of(const config::process_settings& s) {
  fingerprint f;
  f.add(s.command);
  f.add(s.shell ? "shell" : "");
  f.add(cat(s.args.size()));
  for (const std::string& arg : s.args)
    f.add(arg);
  f.add(s.cwd);
  f.add(cat(s.env.size()));
  for (const auto& [name, value] : s.env) {
    f.add(name);
    f.add(value);
  }
  f.add(cat(s.env_files.size()));
  for (const std::string& file : s.env_files)
    f.add(file);
  f.add(s.user);
  f.add(s.umask);
  f.add(s.nice ? cat(*s.nice) : "");
  for (const config::limit_settings& l : s.limits)
    f.add(cat(l.name, " ", l.value));
  f.add(s.daemon ? "daemon" : "");
  f.add(s.output);
  f.add(cat(s.output_max_size, " ", s.output_max_files));
  return f.text();
}

} // namespace reeve::supervise
