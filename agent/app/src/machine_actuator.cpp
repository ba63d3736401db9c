// SPDX-License-Identifier: Apache-2.0
#include "machine_actuator.hpp"

#include "file_holders.hpp"
#include "port_holders.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/process_control.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/service_control.hpp"
#include "reeve/os/system_shutdown.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace reeve::app {

namespace {

using namespace std::chrono_literals;
using remedy::target;
using remedy::target_kind;
using supervise::process_state;

// A process that is nobody's child here tells nothing of its end. Looked for only while an action waits for it.
constexpr nanoseconds look_again = 50ms;
// A run of a job that ends sooner is judged by how it ended, else by that it runs.
constexpr nanoseconds run_lasts = 2s;
// One of them may end, and the agent gets another parent. A thousand refused alerts may ask at once.
constexpr nanoseconds ancestors_stay = 1s;

std::string_view value_of(const rules::label_list& labels, std::string_view name) {
  const auto at = std::ranges::find(labels, name, &std::pair<std::string, std::string>::first);
  return at == labels.end() ? std::string_view() : std::string_view(at->second);
}

bool is_job(const supervise::process_status& s) {
  return !s.last_result.empty();
}

bool is_over(const supervise::process_status& s) {
  return s.state == process_state::stopped || s.state == process_state::exited ||
         (is_job(s) && s.state == process_state::waiting);
}

// The last one of its runs that are over.
bool has_failed(const supervise::process_status& s) {
  if (is_job(s)) return s.last_result == "failed" || s.last_result == "timed_out";
  return s.last_end && supervise::is_failure(*s.last_end);
}

std::string how_it_ended(const supervise::process_status& s) {
  if (!s.failure.empty()) return s.failure;
  return cat("it ended with ", s.last_end ? supervise::to_text(*s.last_end) : "an error");
}

} // namespace

machine_actuator::machine_actuator(boost::asio::io_context& loop, const clock& time, logger& log,
                                   managed_processes& processes, plugin_host::socket_table_service& sockets,
                                   std::function<void()> ended)
    : loop_(loop), time_(time), processes_(processes), sockets_(sockets), ended_(std::move(ended)),
      again_(loop), slow_(loop, time, log) {
  if (auto facts = os::look_at_process(os::own_pid())) own_ = *std::move(facts);
}

// A managed process is dealt with by its name: else its restart policy would undo what is done.
result<target> machine_actuator::of_process(std::uint32_t pid, target t) {
  auto facts = os::look_at_process(pid);
  if (!facts) return facts.error();
  const bool is_of_series = t.kind == target_kind::series;
  for (const supervise::process_status& s : processes_.status())
    if (s.id == facts->id) {
      t.kind = target_kind::process;
      t.name = s.name;
    }
  t.id = facts->id;
  t.program = std::move(facts->name);
  t.other_names = std::move(facts->other_names);
  t.user = std::move(facts->user);
  t.is_kernel_thread = facts->is_kernel_thread;
  if (is_of_series) t.age = facts->age; // a port has the holder that it has
  t.description = os::describe_process(t.id);
  return t;
}

result<target> machine_actuator::of_series(const rules::label_list& labels) {
  std::uint32_t pid = 0;
  if (!read_number(value_of(labels, "pid"), pid))
    return error{errc::not_found, "the alert has no label pid that names a process", 0};
  auto found = of_process(pid, {target_kind::series, cat(pid), {}, {}, {}, false, {}});
  if (!found) return found;
  std::uint64_t start = 0;
  const std::string_view name = value_of(labels, "name");
  const bool is_another = (read_number(value_of(labels, "start"), start) && start != found->id.start) ||
                          (!name.empty() && name != found->program);
  if (is_another)
    return error{errc::not_found, cat("process ", pid, " is another one by now: ", found->description), 0};
  return found;
}

result<target> machine_actuator::of_port(std::string_view text) {
  std::string_view rest = text;
  config::port_settings port;
  const bool is_number = read_number(take_until(rest, '/'), port.number) && port.number != 0;
  port.udp = rest == "udp";
  if (!is_number || (!rest.empty() && rest != "tcp" && !port.udp))
    return error{errc::invalid_argument, cat("\"", text, "\" is no port"), 0};
  const auto holder = one_holder_of(port, sockets_, time_);
  if (!holder) return holder.error();
  return of_process(holder->pid, {target_kind::port, std::string(text), {}, {}, {}, false, {}});
}

result<target> machine_actuator::of_file(std::string_view path) {
  if (!files_) {
    auto made = os::file_lock_table::create();
    if (!made) return made.error();
    files_ = *std::move(made);
  }
  const auto holder = holder_of_file(*files_, std::string(path));
  if (!holder) return holder.error();
  return of_process(holder->pid, {target_kind::file, std::string(path), {}, {}, {}, false, {}, {}});
}

result<target> machine_actuator::resolve(std::string_view text, const rules::label_list& labels) {
  std::string_view rest = text;
  const std::string_view kind = take_until(rest, ':');
  if (kind == "series") return of_series(labels);
  if (kind == "port") return of_port(rest);
  if (kind == "file") return of_file(rest);
  if (kind == "service") {
    target t{target_kind::service, std::string(rest), {}, std::string(rest), {}, false, {}};
    t.description = cat("service ", rest);
    if (os::is_service_of_this_process(t.name)) t.id = own_.id;
    return t;
  }
  if (kind != "process") return error{errc::unsupported, cat("\"", text, "\" is no target"), 0};
  const auto status = processes_.status_of(rest);
  if (!status) return error{errc::not_found, cat("no managed process is named \"", rest, "\""), 0};
  target t{target_kind::process, std::string(rest), status->id, std::string(rest), user(), false, {}};
  t.description = cat("process ", rest);
  if (status->id.pid == 0) return t;
  if (auto facts = os::look_at_process(status->id.pid)) {
    t.program = std::move(facts->name);
    t.other_names = std::move(facts->other_names);
    t.user = std::move(facts->user);
  }
  t.description = cat(rest, ", ", os::describe_process(status->id));
  return t;
}

void machine_actuator::begin(const remedy::action_request& r, std::function<void(result<>)> told) {
  const auto done = [this, told = std::move(told)](const result<>& end) {
    told(end);
    boost::asio::post(loop_, ended_);
  };
  if (r.action == "run") return processes_.run(r.command, r.timeout, done);
  if (r.action == "dump") return slow_.dump(r, done);
  if (r.who.kind == target_kind::service) return slow_.act_on_service(r, done);
  if (r.who.id.pid == 0 && (r.action == "kill" || r.action == "reload"))
    return done(error{errc::not_found, cat(r.who.description, " does not run"), 0});
  if (r.action == "reload") return done(os::signal_process(r.who.id, r.signal));
  under_way a{r.id, r.action, r.who, 0, done};
  if (const auto status = processes_.status_of(r.who.name)) a.starts_before = status->starts;
  const auto asked = r.who.kind == target_kind::process ? act_on_managed(r) : act_on_stranger(r);
  if (!asked) return a.done(asked.error());
  under_way_.push_back(std::move(a));
  look_soon();
}

void machine_actuator::cancel(std::uint64_t id) {
  std::erase_if(under_way_, [&](const under_way& a) { return a.id == id; });
  slow_.cancel(id);
}

result<> machine_actuator::act_on_managed(const remedy::action_request& r) {
  if (r.action == "kill") return os::kill_process(r.who.id);
  if (r.action != "start" && r.action != "stop" && r.action != "restart")
    return error{errc::unsupported, cat(r.action, " cannot be done to a process"), 0};
  processes_.ask(r.action, r.who.name);
  return {};
}

result<> machine_actuator::act_on_stranger(const remedy::action_request& r) {
  if (r.action == "stop") return os::ask_process_to_end(r.who.id);
  if (r.action == "kill") return os::kill_process(r.who.id);
  return error{errc::unsupported,
               cat(r.action, " needs a managed process or a service, and ", r.who.description, " is neither"),
               0};
}

std::optional<result<>> machine_actuator::outcome_of(const under_way& a) const {
  if (a.who.kind != target_kind::process || a.action == "kill")
    return os::is_running(a.who.id) ? std::nullopt : std::optional<result<>>(result<>());
  const auto s = processes_.status_of(a.who.name);
  if (!s) return error{errc::not_found, cat("process ", a.who.name, " is in no configuration any more"), 0};
  if (s->state == process_state::given_up || s->state == process_state::stuck)
    return error{errc::failed, cat("it is ", name_of(s->state), s->failure.empty() ? "" : ": ", s->failure),
                 0};
  if (a.action == "stop") return is_over(*s) ? std::optional<result<>>(result<>()) : std::nullopt;
  const bool has_begun = s->starts > a.starts_before;
  if (s->state == process_state::running && (has_begun || a.action == "start")) {
    if (is_job(*s) && time_.unix_time() - s->started_unix < run_lasts) return std::nullopt;
    return result<>();
  }
  if (!has_begun || !is_over(*s)) return std::nullopt;
  return has_failed(*s) ? error{errc::failed, how_it_ended(*s), 0} : result<>();
}

void machine_actuator::look() {
  std::vector<std::pair<std::uint64_t, result<>>> ended;
  for (const under_way& a : under_way_)
    if (const auto end = outcome_of(a)) ended.emplace_back(a.id, *end);
  for (const auto& [id, end] : ended)
    finish(id, end);
}

void machine_actuator::look_soon() {
  if (under_way_.empty()) return;
  again_.expires_after(look_again);
  again_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    look();
    look_soon();
  });
}

void machine_actuator::finish(std::uint64_t id, const result<>& end) {
  const auto at = std::ranges::find(under_way_, id, &under_way::id);
  if (at == under_way_.end()) return;
  const auto done = std::move(at->done);
  under_way_.erase(at);
  done(end);
}

remedy::target_health machine_actuator::health_of(const target& t) {
  const auto s = t.kind == target_kind::process ? processes_.status_of(t.name) : std::nullopt;
  if (!s) return remedy::target_health::unknown;
  if (is_job(*s) && is_over(*s))
    return has_failed(*s) ? remedy::target_health::unhealthy : remedy::target_health::unknown;
  if (s->state != process_state::running) return remedy::target_health::unhealthy;
  if (s->checks.empty()) return remedy::target_health::unknown;
  const bool is_well = std::ranges::all_of(s->checks, [](const supervise::check_status& c) {
    return c.state == supervise::health_state::healthy;
  });
  return is_well ? remedy::target_health::healthy : remedy::target_health::unhealthy;
}

bool machine_actuator::is_shutting_down() {
  return processes_.is_system_ending() || os::system_is_shutting_down();
}

process_id machine_actuator::self() {
  return own_.id;
}

std::vector<process_id> machine_actuator::ancestors() {
  const nanoseconds now = time_.mono();
  if (!ancestors_looked_up_ || now - *ancestors_looked_up_ >= ancestors_stay) {
    ancestors_ = os::ancestors_of_this_process();
    ancestors_looked_up_ = now;
  }
  return ancestors_;
}

std::string machine_actuator::user() {
  return own_.user;
}

} // namespace reeve::app
