// SPDX-License-Identifier: Apache-2.0
#include "processes/requests.hpp"

#include "agent_answer.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/control_requests.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

namespace reeve::cli {

namespace {

using std::chrono::steady_clock;
using supervise::process_state;
using supervise::process_status;

// A sixteenth of the time that it has taken so far: what is quick is told quickly, and what is slow is not asked for often.
std::chrono::nanoseconds until_next_look(std::chrono::nanoseconds so_far) {
  return std::clamp<std::chrono::nanoseconds>(so_far / 16, std::chrono::milliseconds(1),
                                              std::chrono::milliseconds(50));
}

result<std::string> ask(const std::string& instance, std::string_view request) {
  return ask_agent(instance, cat(app::processes_verb, request));
}

bool is_there(std::string_view verb, const process_status& s) {
  if (is_job_at_rest(s)) return verb == "stop" || s.last_result == "success";
  if (verb == "stop") return s.id.pid == 0 && s.state == process_state::stopped;
  const bool is_done = s.state == process_state::exited && s.last_end && !supervise::is_failure(*s.last_end);
  const bool is_healthy = std::all_of(s.checks.begin(), s.checks.end(), [](const supervise::check_status& c) {
    return c.state == supervise::health_state::healthy;
  });
  return (s.state == process_state::running && is_healthy) || is_done;
}

bool cannot_get_there(const process_status& p) {
  const process_state s = p.state;
  return is_job_at_rest(p) || s == process_state::stuck || s == process_state::given_up ||
         s == process_state::exited;
}

int failed(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return app::exit_failed;
}

std::string describe(const process_status& s) {
  std::string out = cat(s.name, ": ", name_of(s.state));
  if (s.id.pid != 0) out += cat(" as ", s.id.pid);
  if (!s.doing.empty()) out += cat(": ", s.doing);
  if (!s.failure.empty()) out += cat(" (", s.failure, ")");
  if (is_job_at_rest(s)) out += cat(" (last run: ", s.last_result, ")");
  return out;
}

// Of every named process: its state is printed when it changes, until each is where it should be.
int wait_for(const std::string& instance, std::string_view verb, const std::vector<std::string>& names,
             nanoseconds patience) {
  const auto begin = steady_clock::now(), until = begin + patience;
  std::map<std::string, std::string> told;
  for (;;) {
    const auto all = ask_status(instance);
    if (!all) return failed(all.error().message);
    bool is_over = true, is_good = true;
    for (const process_status& s : *all) {
      if (std::find(names.begin(), names.end(), s.name) == names.end()) continue;
      const std::string now = describe(s);
      if (told[s.name] != now) std::printf("%s\n", now.c_str());
      told[s.name] = now;
      is_over = is_over && (is_there(verb, s) || cannot_get_there(s));
      is_good = is_good && is_there(verb, s);
    }
    std::fflush(stdout);
    if (is_over) return is_good ? app::exit_ok : app::exit_failed;
    if (steady_clock::now() >= until)
      return failed(cat("not done within ", format_duration(patience), "; see reeve status"));
    std::this_thread::sleep_for(until_next_look(steady_clock::now() - begin));
  }
}

} // namespace

bool is_job_at_rest(const process_status& s) {
  return !s.last_result.empty() && s.id.pid == 0 &&
         (s.state == process_state::waiting || s.state == process_state::stopped ||
          s.state == process_state::exited);
}

result<std::vector<process_status>> ask_status(const std::string& instance) {
  const auto answer = ask(instance, "status");
  if (!answer) return answer.error();
  return app::parse_processes(*answer);
}

namespace {

result<std::vector<std::string>> tell(const std::string& instance, std::string_view verb,
                                      const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& word : words) {
    const auto answer = ask(instance, cat(verb, " ", word));
    if (!answer) return answer.error();
    for (std::string_view rest = *answer; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      names.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  return names;
}

} // namespace

int tell_processes(const std::string& instance, std::string_view verb, const std::vector<std::string>& words,
                   nanoseconds patience) {
  const auto names = tell(instance, verb, words);
  return names ? wait_for(instance, verb, *names, patience) : failed(names.error().message);
}

int reset_processes(const std::string& instance, const std::vector<std::string>& words) {
  const auto names = tell(instance, "reset", words);
  if (!names) return failed(names.error().message);
  for (const std::string& name : *names)
    std::printf("%s: reset\n", name.c_str());
  return app::exit_ok;
}

result<std::string> ask_changes(const std::string& instance, const std::string& file) {
  return ask_agent(instance, cat(app::compare_verb, file));
}

} // namespace reeve::cli
