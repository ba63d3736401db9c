// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/keeper.hpp"

#include "keeper/keeper_news.hpp"
#include "keeper/launch_order.hpp"
#include "linux/abandoned_program.hpp"
#include "linux/keeper/commands.hpp"
#include "linux/keeper/order_channel.hpp"
#include "linux/keeper/small_file.hpp"
#include "linux/managed_cgroups.hpp"
#include "posix/account.hpp"
#include "posix/environment.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/os/runtime.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace reeve::os {

namespace {

constexpr std::uint64_t wake_key = 0;

class held_keeper final : public keeper {
 public:
  held_keeper(std::uint32_t pid, unique_fd pidfd, std::uint64_t incarnation)
      : pid_(pid), pidfd_(std::move(pidfd)), mark_(mark_of(incarnation)) {}

  result<> ask(const stop_request& r) override {
    if (r.by != stop_request::means::signal)
      return error{errc::unsupported, "only signals end a program on this system", 0};
    return queue(ask_signal(), value_of(r));
  }
  result<> kill() override { return queue(kill_signal(), 0); }

 private:
  result<> queue(int number, int value) {
    siginfo_t info{};
    info.si_signo = number;
    info.si_code = SI_QUEUE;
    info.si_pid = ::getpid();
    info.si_uid = ::getuid();
    info.si_value.sival_int = value | mark_;
    if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, &info, 0) != 0)
      return posix_error(errno, cat("keeper ", pid_));
    return {};
  }

  std::uint32_t pid_;
  unique_fd pidfd_;
  int mark_;
};

unique_fd open_pidfd(std::uint32_t pid) {
  return unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
}

unique_fd copy_of(const unique_fd& fd) {
  return unique_fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

// The keeper of that folder, when one holds its lock.
struct lock_holder {
  process_id id;
  unique_fd pidfd;
};
lock_holder holder_of(const std::string& folder) {
  const std::string path = cat(folder, "/lock");
  const unique_fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (!file || ::fcntl(file.get(), F_OFD_GETLK, &whole) != 0 || whole.l_type == F_UNLCK) return {};
  // It writes who it is right after it has taken the lock.
  for (int attempt = 0; attempt < 200; ++attempt) {
    const std::string text = read_small_file(path);
    std::string_view rest = text;
    process_id id;
    if (text.ends_with('\n') && read_number(take_until(rest, ' '), id.pid) &&
        read_number(take_until(rest, ' '), id.start)) {
      unique_fd pidfd = open_pidfd(id.pid);
      if (pidfd && identity_of(id.pid) == id) return {id, std::move(pidfd)};
    }
    ::usleep(1000);
  }
  return {};
}

std::optional<keeper_record> record_in(const std::string& folder) {
  const auto read = record_from_text(read_small_file(cat(folder, "/record")));
  if (!read) return std::nullopt;
  return *read;
}

class host final : public keeper_host {
 public:
  host(std::string program, const std::string& instance, unique_fd poll, unique_fd wake)
      : program_(std::move(program)), groups_(instance), poll_(std::move(poll)), wake_(std::move(wake)) {
    thread_ = std::thread([this] { watch(); });
  }
  ~host() override {
    const std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof one);
    thread_.join();
    groups_.remove_all();
  }

  result<std::unique_ptr<keeper>> launch(const keep_place& where, const launch_command& what,
                                         on_news told) override {
    auto group = groups_.make(where.name, what.limits);
    if (!group) return group.error();
    launch_order order{where, what, {}, *std::move(group), std::nullopt};
    if (!what.account.empty()) {
      auto found = find_account(what.account);
      if (!found) return found.error();
      order.environment = environment_for(what.env, &*found);
      order.account = std::move(found->ids);
    } else {
      order.environment = environment_for(what.env, nullptr);
    }
    const auto paper = as_file(to_bytes(order));
    if (!paper) return paper.error();
    auto k = take_ready(where, paper->get());
    if (!k) {
      auto begun = begin(where, paper->get());
      if (!begun) return begun.error();
      k = *std::move(begun);
    }
    // It may have ended by now, and is there until it is waited for all the same.
    const std::uint32_t pid = k->pid;
    unique_fd pidfd = open_pidfd(pid);
    if (!pidfd) return posix_error(errno, cat("keeper ", pid));
    k->incarnation = where.incarnation;
    k->told = std::move(told);
    watch_over(std::move(k));
    return std::make_unique<held_keeper>(pid, std::move(pidfd), where.incarnation);
  }

  found_keeper adopt(const std::string& folder, on_news told) override {
    found_keeper out;
    lock_holder holder = holder_of(folder);
    out.record = record_in(folder);
    const std::string name = folder.substr(folder.rfind('/') + 1);
    if (!holder.pidfd) {
      // It may have ended between the two looks.
      out.record = record_in(folder);
      if (out.record && out.record->boot == boot_id()) end_if_abandoned(*out.record, name);
      return out;
    }
    auto k = std::make_unique<watched_keeper>();
    k->folder = folder;
    k->name = name;
    k->incarnation = out.record ? out.record->incarnation : 0;
    k->pid = holder.id.pid;
    k->source = copy_of(holder.pidfd);
    k->told = std::move(told);
    const std::uint64_t incarnation = k->incarnation;
    watch_over(std::move(k));
    out.alive = std::make_unique<held_keeper>(holder.id.pid, std::move(holder.pidfd), incarnation);
    return out;
  }

 private:
  struct watched_keeper {
    std::string folder, name;
    std::uint64_t incarnation = 0;
    std::uint32_t pid = 0;
    unique_fd
        orders; // its other end is the keeper's; none: it is no child, and `source` tells of its end only
    unique_fd source; // else news come through it
    std::string text; // of the pipe, until it makes a record
    on_news told;
    bool is_final = false;
    bool is_ready = false; // its program has ended, and it waits for an order for the next
  };
  using watched = std::unique_ptr<watched_keeper>;

  static std::string key_of(const std::string& folder, const std::string& name) {
    return cat(folder, "/", name);
  }

  // A keeper that waits there, with the order in its hands; null: there is none.
  watched take_ready(const keep_place& where, int order) {
    watched k;
    {
      const std::scoped_lock lock(mutex_);
      const auto at = ready_.find(key_of(where.folder, where.name));
      if (at == ready_.end()) return k;
      k = std::move(keepers_.extract(at->second).mapped());
      ready_.erase(at);
    }
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, k->source.get(), nullptr);
    k->is_ready = k->is_final = false;
    if (send_order(k->orders.get(), order)) return k;
    wait_for(*k); // it had waited long enough
    return nullptr;
  }

  result<watched> begin(const keep_place& where, int order) const {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
      return posix_error(errno, "no sockets");
    auto k = std::make_unique<watched_keeper>();
    k->orders.reset(ends[0]);
    const unique_fd input(ends[1]);
    if (::pipe2(ends, O_CLOEXEC) != 0) return posix_error(errno, "no pipe");
    k->source.reset(ends[0]);
    const unique_fd news(ends[1]);
    ::fcntl(k->source.get(), F_SETFL, O_NONBLOCK);
    if (!send_order(k->orders.get(), order)) return posix_error(errno, "no order for the keeper");
    const auto pid = spawn(where.name, input.get(), news.get());
    if (!pid) return pid.error();
    k->folder = where.folder;
    k->name = where.name;
    k->pid = *pid;
    return k;
  }

  result<std::uint32_t> spawn(const std::string& name, int input, int news) const {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, news, 1);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    std::string first = "reeve-keeper", second = name;
    char* words[] = {first.data(), second.data(), nullptr};
    pid_t pid = 0;
    const int problem = ::posix_spawn(&pid, program_.c_str(), &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0) return posix_error(problem, cat("keeper ", program_));
    return static_cast<std::uint32_t>(pid);
  }

  void watch_over(watched k) {
    const int descriptor = k->source.get();
    epoll_event event{};
    event.events = EPOLLIN;
    const std::scoped_lock lock(mutex_);
    event.data.u64 = ++last_key_;
    keepers_.emplace(last_key_, std::move(k));
    ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  }

  void watch() {
    for (;;) {
      epoll_event events[64];
      const int count = ::epoll_wait(poll_.get(), events, 64, -1);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.u64 == wake_key) return;
        if (watched k = take(events[i].data.u64)) hear(events[i].data.u64, std::move(k));
      }
    }
  }

  // Null: a launch has taken it since that was told.
  watched take(std::uint64_t key) {
    const std::scoped_lock lock(mutex_);
    auto node = keepers_.extract(key);
    if (node.empty()) return nullptr;
    if (node.mapped()->is_ready) ready_.erase(key_of(node.mapped()->folder, node.mapped()->name));
    return std::move(node.mapped());
  }

  void put_back(std::uint64_t key, watched k) {
    const std::scoped_lock lock(mutex_);
    if (k->is_ready) ready_.insert_or_assign(key_of(k->folder, k->name), key);
    keepers_.emplace(key, std::move(k));
  }

  void hear(std::uint64_t key, watched k) {
    const bool is_open = k->orders && read_news(*k);
    for (const keeper_record& r : take_news(k->text, k->incarnation)) {
      note_last(*k, r);
      if (is_open && r.phase == keep_phase::ended) {
        const on_news told = k->told;
        k->is_ready = true;
        put_back(key, std::move(k)); // first: who hears of it may start the successor at once
        told(r);
        return;
      }
      k->told(r);
    }
    if (is_open) {
      put_back(key, std::move(k));
      return;
    }
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, k->source.get(), nullptr);
    if (k->orders) wait_for(*k);
    if (!k->is_final) tell_last(*k);
  }

  static void wait_for(const watched_keeper& child) {
    while (::waitpid(static_cast<pid_t>(child.pid), nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // False at the end of the pipe.
  static bool read_news(watched_keeper& k) {
    std::array<char, PIPE_BUF> part;
    ssize_t n = 0;
    while ((n = ::read(k.source.get(), part.data(), part.size())) > 0)
      k.text.append(part.data(), static_cast<std::size_t>(n));
    return n < 0 && errno == EAGAIN;
  }

  void note_last(watched_keeper& k, const keeper_record& r) const {
    if (r.phase == keep_phase::starting || r.phase == keep_phase::running) return;
    k.is_final = true;
    if (r.phase != keep_phase::taken) groups_.remove(k.name);
  }

  void tell_last(watched_keeper& k) {
    keeper_record r = record_in(k.folder).value_or(keeper_record{});
    if (r.incarnation != k.incarnation) {
      // It ended before it wrote a line.
      r = {};
      r.incarnation = k.incarnation;
      r.keeper.pid = k.pid;
    }
    end_if_abandoned(r, k.name);
    note_last(k, r);
    k.told(r);
  }

  // Whose keeper is gone and did not say how it ended.
  void end_if_abandoned(keeper_record& r, const std::string& name) const {
    if (r.phase != keep_phase::starting && r.phase != keep_phase::running) return;
    groups_.kill(name);
    end_abandoned(r.program);
    r.phase = keep_phase::lost;
    r.ended_unix =
        std::chrono::duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
    r.end = {true, SIGKILL};
  }

  const std::string program_;
  managed_cgroups groups_;
  unique_fd poll_, wake_;
  std::mutex mutex_;
  std::map<std::uint64_t, watched> keepers_;   // by what epoll tells
  std::map<std::string, std::uint64_t> ready_; // by folder and name: those of keepers_ that are
  std::uint64_t last_key_ = wake_key;
  std::thread thread_;
};

} // namespace

result<std::unique_ptr<keeper_host>> keeper_host::create(const std::string& program,
                                                         const std::string& instance) {
  if (::access(program.c_str(), X_OK) != 0) return posix_error(errno, cat("the keeper ", program));
  unique_fd poll(::epoll_create1(EPOLL_CLOEXEC)), wake(::eventfd(0, EFD_CLOEXEC));
  if (!poll || !wake) return posix_error(errno, "cannot watch for the end of processes");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_key;
  if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0)
    return posix_error(errno, "cannot watch for the end of processes");
  return std::make_unique<host>(program, instance, std::move(poll), std::move(wake));
}

std::string keeper_program() {
  const std::string own = executable_path();
  return cat(own.substr(0, own.rfind('/') + 1), "reeve-keeper");
}

} // namespace reeve::os
