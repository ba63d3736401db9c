// SPDX-License-Identifier: Apache-2.0
#include "child_state.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace reeve::test {
namespace {

error system_error(const std::string& what, int code) {
  const errc kind = code == ENOENT ? errc::not_found : code == EACCES ? errc::access_denied : errc::failed;
  return {kind, what + ": " + std::strerror(code), code};
}

// glibc 2.36 declares pidfd_open and pidfd_send_signal without C linkage, so they do not link from C++.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

result<> send(int pidfd, int number) {
  if (::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) != 0)
    return system_error("pidfd_send_signal", errno);
  return {};
}

struct ends {
  descriptor read, write;
};

result<ends> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return system_error("pipe2", errno);
  return ends{descriptor(fds[0]), descriptor(fds[1])};
}

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    bool replaced = false;
    for (const auto& [name, value] : added)
      replaced = replaced || text.substr(0, text.find('=')) == name;
    if (!replaced) out.emplace_back(text);
  }
  for (const auto& [name, value] : added)
    out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& s : strings)
    out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

struct spawn_plan { // everything the child needs between fork and exec, where nothing may allocate
  const char* program;
  const char* directory;
  char* const* arguments;
  char* const* environment;
  int input, output, report;
  pid_t parent;
};

// Only async-signal-safe calls (signal-safety(7)): the test has threads.
[[noreturn]] void become(const spawn_plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
    ::signal(number, SIG_DFL);
  const bool ready = ::dup2(plan.input, 0) >= 0 && ::dup2(plan.output, 1) >= 0 &&
                     ::dup2(plan.output, 2) >= 0 && (!plan.directory || ::chdir(plan.directory) == 0);
  if (ready) ::execve(plan.program, plan.arguments, plan.environment);
  const int code = errno;
  [[maybe_unused]] const ssize_t written = ::write(plan.report, &code, sizeof code);
  ::_exit(127);
}

} // namespace

result<child> child::start(const child_options& options) {
  auto report = make_pipe();
  if (!report) return report.error();
  descriptor input, held;
  if (!options.stdin_file.empty() || options.input == child_stdin::empty) {
    const std::string path = options.stdin_file.empty() ? "/dev/null" : options.stdin_file.string();
    input = descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (input.get() < 0) return system_error("open " + path, errno);
  } else {
    auto pipe = make_pipe();
    if (!pipe) return pipe.error();
    input = std::move(pipe->read);
    held = std::move(pipe->write);
  }
  const std::string out_path = options.output_file.empty() ? "/dev/null" : options.output_file.string();
  const descriptor output(::open(out_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (output.get() < 0) return system_error("open " + out_path, errno);

  std::vector<std::string> arguments{options.program.string()};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  auto environment = environment_with(options.environment);
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);
  const std::string program = options.program.string(), directory = options.working_directory.string();
  const spawn_plan plan{program.c_str(),
                        directory.empty() ? nullptr : directory.c_str(),
                        argument_pointers.data(),
                        environment_pointers.data(),
                        input.get(),
                        output.get(),
                        report->write.get(),
                        ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("fork", errno);
  if (pid == 0) become(plan);

  report->write.reset();
  int code = 0;
  ssize_t got;
  do
    got = ::read(report->read.get(), &code, sizeof code); // end of file means that exec closed the other end
  while (got < 0 && errno == EINTR);
  if (got != 0) {
    ::waitpid(pid, nullptr, 0);
    return system_error("start " + program, got > 0 ? code : errno);
  }
  auto s = std::make_unique<state>();
  s->pid = pid;
  s->process = descriptor(open_pidfd(pid));
  const int pidfd_error = errno;
  s->input = std::move(held);
  const bool opened = s->process.get() >= 0;
  child out(std::move(s));
  if (!opened) return system_error("pidfd_open", pidfd_error);
  out.output_file_ = options.output_file;
  return out;
}

std::optional<int> child::wait(milliseconds bound) {
  if (state_->exit_code) return state_->exit_code;
  const auto deadline = std::chrono::steady_clock::now() + bound;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ended{state_->process.get(), POLLIN, 0};
    const int n = ::poll(&ended, 1, static_cast<int>(std::max<milliseconds::rep>(0, left.count())));
    if (n > 0) break;
    if (n == 0) return std::nullopt;
  }
  int status = 0;
  if (::waitpid(state_->pid, &status, 0) != state_->pid) return std::nullopt;
  state_->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return state_->exit_code;
}

result<> child::terminate() {
  return send(state_->process.get(), SIGTERM);
}
result<> child::interrupt() {
  return send(state_->process.get(), SIGINT);
}
result<> child::hang_up() {
  return send(state_->process.get(), SIGHUP);
}
result<> child::kill() {
  return send(state_->process.get(), SIGKILL);
}

void child::end() noexcept {
  if (!state_ || state_->exit_code || state_->pid < 0) return;
  ::kill(state_->pid, SIGKILL); // not reaped yet, so the pid is still its own
  ::waitpid(state_->pid, nullptr, 0);
  state_.reset();
}

std::int64_t own_pid() noexcept {
  return ::getpid();
}

std::filesystem::path executable_name(std::string_view name) {
  return std::string(name);
}

} // namespace reeve::test
