// SPDX-License-Identifier: Apache-2.0
// The keeper of one program on Linux; see reeve/os/keeper.hpp. Linked without shared libraries: there may be hundreds.
// Descriptors: 0 a socket that orders come through, 1 a pipe to the agent, 2 the agent's standard error.
#include "keeper/kept_record.hpp"
#include "keeper/launch_order.hpp"
#include "keeper/rotating_file.hpp"
#include "linux/keeper/commands.hpp"
#include "linux/keeper/order_channel.hpp"
#include "linux/keeper/process_tree.hpp"
#include "linux/keeper/record_keeping.hpp"
#include "linux/keeper/small_file.hpp"
#include "linux/keeper/start_program.hpp"
#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reeve::os {
namespace {

constexpr int agent_pipe = 1, agent_errors = 2;
constexpr int pipe_bytes =
    256 * 1024; // more than the usual 64 KiB: a burst waits for us rather than we for it

class kept_program {
 public:
  explicit kept_program(launch_order order)
      : order_(std::move(order)), record_(order_.place, identity_of(static_cast<std::uint32_t>(::getpid()))) {
  }

  // False: it has not begun.
  bool run() {
    std::string why;
    if (!files_.open(order_.place.folder, record_.keeper(), why)) {
      record_.refused(std::move(why));
      tell_only();
      return false;
    }
    files_.write(record_.text(), agent_pipe);
    if (auto begun = begin(); !begun) {
      record_.failed(begun.error().message, file_.lost_bytes());
      close();
      return false;
    }
    record_.started(identity_of(static_cast<std::uint32_t>(program_)));
    files_.write(record_.text(), agent_pipe);
    while (!is_over_)
      wait();
    drain();
    record_.finished(file_.lost_bytes());
    if (record_.end() == child_end{true, SIGKILL} && has_run_out_of_memory()) record_.out_of_memory();
    close();
    return true;
  }

 private:
  void tell_only() {
    const std::string news = record_.news();
    (void)!::write(agent_pipe, news.data(), news.size());
  }

  result<> begin() {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGCHLD, ask_signal(), kill_signal()})
      sigaddset(&wanted, number);
    signals_.reset(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) return posix_error(errno, "signalfd");
    if (!order_.cgroup.empty()) {
      cgroup_.reset(::open(order_.cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!cgroup_) return posix_error(errno, cat("control group ", order_.cgroup));
    }
    unique_fd to_program;
    if (auto opened = open_output(to_program); !opened) return opened.error();
    const auto started = start_program(order_, to_program.get(), cgroup_.get());
    if (!started) return started.error();
    program_ = *started;
    return {};
  }

  result<> open_output(unique_fd& to_program) {
    using target = output_plan::target;
    const output_plan& plan = order_.command.output;
    if (plan.to == target::inherit) {
      to_program.reset(::fcntl(agent_errors, F_DUPFD_CLOEXEC, 3));
    } else if (plan.to == target::nowhere) {
      to_program.reset(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    } else {
      if (auto opened = file_.open(plan); !opened) return opened.error();
      int ends[2];
      if (::pipe2(ends, O_CLOEXEC) != 0) return posix_error(errno, "no pipe");
      output_.reset(ends[0]);
      to_program.reset(ends[1]);
      ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
      ::fcntl(output_.get(), F_SETPIPE_SZ, pipe_bytes);
    }
    return to_program ? result<>() : posix_error(errno, "no output");
  }

  void wait() {
    std::array<pollfd, 2> fds{{{signals_.get(), POLLIN, 0}, {output_.get(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) return;
    if (fds[1].revents != 0) carry();
    if (fds[0].revents != 0) obey();
  }

  // One part of the output; 0: there is none for now.
  std::size_t carry() {
    const ssize_t n = ::read(output_.get(), part_.data(), part_.size());
    if (n > 0) {
      file_.write({part_.data(), static_cast<std::size_t>(n)});
      return static_cast<std::size_t>(n);
    }
    if (n == 0 || errno != EAGAIN) output_.reset(); // the program has closed it, and lives on
    return 0;
  }

  // Everything that was written is in the pipe by now. Who else has its other end, given to a stranger for instance, may
  // write on for ever and is not waited for.
  void drain() {
    int waiting = 0;
    if (!output_ || ::ioctl(output_.get(), FIONREAD, &waiting) != 0) return;
    for (auto left = static_cast<std::size_t>(waiting); left > 0;) {
      const std::size_t n = carry();
      if (n == 0) return;
      left -= std::min(left, n);
    }
  }

  void obey() {
    signalfd_siginfo s{};
    while (::read(signals_.get(), &s, sizeof s) == sizeof s) {
      const auto number = static_cast<int>(s.ssi_signo);
      if (!is_meant(s.ssi_int, order_.place.incarnation)) continue;
      if (number == ask_signal()) ask(request_of(s.ssi_int));
      if (number == kill_signal()) kill_tree(cgroup_.get());
    }
    reap();
  }

  void ask(const stop_request& r) {
    if (program_ == 0) return;
    // Until it is waited for, which only this thread does, its number and its group's are nobody else's.
    const auto send = [&](int number) {
      if (r.to == stop_request::scope::tree) {
        signal_tree(number);
        return;
      }
      // Of a security module that refuses it the answer is -1, whose negative is the system's first process.
      const pid_t group = r.to == stop_request::scope::group ? ::getpgid(program_) : 0;
      ::kill(group > 0 ? -group : program_, number);
    };
    send(r.signal);
    // One that is stopped does not hear of it before it goes on.
    if (r.signal != SIGSTOP && r.signal != SIGKILL && r.signal != SIGTSTP) send(SIGCONT);
  }

  void reap() {
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != program_) continue;
      record_.ended(WIFSIGNALED(status) ? child_end{true, WTERMSIG(status)}
                                        : child_end{false, WEXITSTATUS(status)});
      if (order_.command.daemon && record_.end() == child_end{} && follow()) continue;
      program_ = 0;
    }
    if (program_ != 0) return;
    // All that is left is beneath us by now: with no child there is nothing.
    if (pid < 0 && errno == ECHILD)
      is_over_ = true;
    else
      kill_tree(cgroup_.get());
  }

  // The one in the background takes the place of the program that put it there.
  bool follow() {
    program_ = oldest_child();
    if (program_ == 0) return false;
    record_.followed_by(identity_of(static_cast<std::uint32_t>(program_)));
    files_.write(record_.text(), agent_pipe);
    return true;
  }

  // The lock goes before the agent is told: it may start a successor at once.
  void close() {
    files_.write(record_.text(), -1);
    files_.unlock();
    tell_only();
  }

  bool has_run_out_of_memory() const {
    if (order_.cgroup.empty()) return false;
    const std::string text = read_small_file(cat(order_.cgroup, "/memory.events"));
    const std::size_t at = text.find("\noom_kill ");
    return at != text.npos && text[at + std::string_view("\noom_kill ").size()] != '0';
  }

  launch_order order_;
  kept_record record_;
  record_keeping files_;
  rotating_file file_;
  unique_fd signals_, output_, cgroup_;
  pid_t program_ = 0;
  bool is_over_ = false;
  std::array<char, 65536> part_;
};

int keep() {
  auto order = first_order();
  if (!order) {
    std::fprintf(stderr, "reeve-keeper: %s; it is started by the agent only\n",
                 order.error().message.c_str());
    return 2;
  }
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  ::syscall(SYS_close_range, 3, ~0U, 0); // what the agent's libraries may have let through
  ::fcntl(agent_pipe, F_SETFD, FD_CLOEXEC);
  ::setsid(); // so that Ctrl+C in the agent's terminal is the agent's alone
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  while (kept_program(*std::move(order)).run())
    if (order = next_order(); !order) break;
  return 0;
}

} // namespace
} // namespace reeve::os

int main() {
  return reeve::os::keep();
}
