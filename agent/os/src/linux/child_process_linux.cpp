// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/child_process.hpp"

#include "linux/proc_files.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace reeve::os {

namespace {

constexpr std::uint64_t wake_key = 0;

// What posix_spawn() fails for is one number for many causes, so the usual ones are looked for before.
result<> check(const child_command& c) {
  struct stat s {};
  if (::stat(c.program.c_str(), &s) != 0) return posix_error(errno, cat("program ", c.program));
  if (!S_ISREG(s.st_mode)) return error{errc::invalid_argument, cat("program ", c.program, " is no file"), 0};
  if (::access(c.program.c_str(), X_OK) != 0)
    return posix_error(errno, cat("program ", c.program, " may not be executed"));
  if (!c.cwd.empty() && ::access(c.cwd.c_str(), X_OK) != 0) return posix_error(errno, cat("folder ", c.cwd));
  return {};
}

// The texts of an argv or envp, ended by a null pointer. Points into `texts`.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& t : texts)
    out.push_back(t.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_for(const child_command& c) {
  std::vector<std::string> out;
  for (char** e = environ; *e != nullptr; ++e) {
    const std::string_view text = *e;
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [key, value] : c.env)
      replaced |= key == name;
    if (!replaced) out.emplace_back(text);
  }
  for (const auto& [key, value] : c.env)
    out.push_back(cat(key, "=", value));
  return out;
}

// posix_spawn's attributes and actions, which must be destroyed.
class spawn_plan {
 public:
  spawn_plan() {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
  }
  ~spawn_plan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  spawn_plan(const spawn_plan&) = delete;

  // 0, or the errno of the first step that failed.
  int fill(const child_command& c, int output) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    constexpr short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    const int steps[] = {
        posix_spawnattr_setflags(&attributes_, flags),
        posix_spawnattr_setsigmask(&attributes_, &none),
        posix_spawnattr_setsigdefault(&attributes_, &all),
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0),
        posix_spawn_file_actions_adddup2(&actions_, output, 1),
        posix_spawn_file_actions_adddup2(&actions_, output, 2),
        posix_spawn_file_actions_addclosefrom_np(&actions_, 3),
        posix_spawn_file_actions_addchdir_np(&actions_, c.cwd.empty() ? "/" : c.cwd.c_str())};
    for (const int step : steps)
      if (step != 0) return step;
    return 0;
  }
  const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }
  const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

// Of a child of ours that was not waited for, so that the pid is still its own.
std::uint64_t start_of(pid_t pid) {
  const unique_fd file(::open(cat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 1024> text;
  const ssize_t count = file ? ::read(file.get(), text.data(), text.size()) : 0;
  const auto stat = parse::parse_stat({text.data(), static_cast<std::size_t>(std::max<ssize_t>(0, count))});
  return stat ? stat->start_ticks : 0;
}

class process final : public child_process {
 public:
  process(pid_t pid, int own_pidfd)
      : id_{static_cast<std::uint32_t>(pid), start_of(pid)}, pidfd_(own_pidfd) {}

  const process_id& id() const noexcept override { return id_; }
  result<> ask_to_end() override { return signal(SIGTERM); }
  result<> kill() override { return signal(SIGKILL); }

 private:
  // The number of a group is not given to another as long as its leader was not waited for, which the descriptor tells.
  result<> signal(int number) {
    if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), 0, nullptr, 0) != 0)
      return posix_error(errno, cat("process ", id_.pid));
    if (::kill(-static_cast<pid_t>(id_.pid), number) != 0)
      return posix_error(errno, cat("signal ", number, " to the group of process ", id_.pid));
    return {};
  }

  process_id id_;
  unique_fd pidfd_;
};

class starter final : public child_starter {
 public:
  starter(unique_fd poll, unique_fd wake) : poll_(std::move(poll)), wake_(std::move(wake)) {
    thread_ = std::thread([this] { watch(); });
  }
  ~starter() override {
    const std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof one);
    thread_.join();
  }

  result<std::unique_ptr<child_process>> start(const child_command& c, on_end ended) override {
    if (auto good = check(c); !good) return good.error();
    const char* file = c.output.empty() ? "/dev/null" : c.output.c_str();
    const unique_fd output(::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!output) return posix_error(errno, cat("output ", file));
    std::vector<std::string> words{c.program}, variables = environment_for(c);
    words.insert(words.end(), c.args.begin(), c.args.end());
    spawn_plan plan;
    pid_t pid = 0;
    int problem = plan.fill(c, output.get());
    if (problem == 0)
      problem = ::posix_spawn(&pid, c.program.c_str(), plan.actions(), plan.attributes(),
                              pointers(words).data(), pointers(variables).data());
    if (problem != 0) return posix_error(problem, cat("program ", c.program, " does not start"));
    // It may have ended by now, and is there until it is waited for all the same.
    unique_fd watched(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    unique_fd kept(watched ? ::fcntl(watched.get(), F_DUPFD_CLOEXEC, 3) : -1);
    if (!kept) {
      const error why = posix_error(errno, "pidfd_open");
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      return why;
    }
    auto out = std::make_unique<process>(pid, kept.release());
    const int descriptor = watched.get();
    epoll_event event{};
    event.events = EPOLLIN;
    {
      const std::scoped_lock lock(mutex_);
      event.data.u64 = ++last_key_;
      children_[last_key_] = {std::move(watched), pid, std::move(ended)};
    }
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, descriptor, &event);
    return out;
  }

 private:
  struct watched_child {
    unique_fd pidfd;
    pid_t pid = 0;
    on_end ended;
  };

  void watch() {
    for (;;) {
      epoll_event events[16];
      const int count = ::epoll_wait(poll_.get(), events, 16, -1);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.u64 == wake_key) return;
        end(events[i].data.u64);
      }
    }
  }

  void end(std::uint64_t key) {
    watched_child child;
    {
      const std::scoped_lock lock(mutex_);
      const auto at = children_.find(key);
      if (at == children_.end()) return;
      child = std::move(at->second);
      children_.erase(at);
    }
    // Closing it is not enough: its owner has another descriptor of the same, which would go on telling of this end.
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, child.pidfd.get(), nullptr);
    // The group is killed while its leader, dead and not yet waited for, keeps its number from being used again.
    ::kill(-child.pid, SIGKILL);
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    child.ended(WIFSIGNALED(status) ? child_end{true, WTERMSIG(status)}
                                    : child_end{false, WEXITSTATUS(status)});
  }

  unique_fd poll_, wake_;
  std::mutex mutex_;
  std::map<std::uint64_t, watched_child> children_; // by what epoll tells
  std::uint64_t last_key_ = wake_key;
  std::thread thread_;
};

} // namespace

result<std::unique_ptr<child_starter>> child_starter::create() {
  unique_fd poll(::epoll_create1(EPOLL_CLOEXEC)), wake(::eventfd(0, EFD_CLOEXEC));
  if (!poll || !wake) return posix_error(errno, "cannot watch for the end of processes");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_key;
  if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0)
    return posix_error(errno, "cannot watch for the end of processes");
  return std::make_unique<starter>(std::move(poll), std::move(wake));
}

} // namespace reeve::os
