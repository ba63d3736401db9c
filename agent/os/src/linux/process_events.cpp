// SPDX-License-Identifier: Apache-2.0
#include "linux/process_events.hpp"

#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "reeve/base/strings.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reeve::os {

namespace {

// linux/cn_proc.h, whose names moved between kernel releases; the numbers are the ABI.
constexpr std::uint32_t event_answer = 0x0;
constexpr std::uint32_t event_fork = 0x1;
constexpr std::uint32_t event_exec = 0x2;
constexpr std::uint32_t event_comm = 0x200;
constexpr std::uint32_t operation_listen = 1;
constexpr std::uint32_t operation_ignore = 2;

// Where things lie in a message: nlmsghdr (16 bytes), cn_msg (20), proc_event {what, cpu, time, data}.
constexpr std::size_t acknowledged_at = 28;
constexpr std::size_t event_at = 36;
constexpr std::size_t time_at = 44;
constexpr std::size_t data_at = 52;
constexpr std::size_t fork_parent_process_at = data_at + 4;
constexpr std::size_t fork_child_thread_at = data_at + 8;
constexpr std::size_t fork_child_process_at = data_at + 12;
constexpr std::size_t thread_at = data_at;
constexpr std::size_t process_at = data_at + 4;
constexpr std::size_t comm_at = data_at + 8;
constexpr std::size_t comm_size = 16;
static_assert(NLMSG_HDRLEN + sizeof(cn_msg) == event_at);

constexpr std::size_t batch = 32;
constexpr std::size_t message_size = 256;
constexpr int receive_buffer = 1 << 20;

std::uint32_t number_at(const char* message, std::size_t at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, message + at, sizeof value);
  return value;
}

// Lets through births of processes (not threads), execs, new names of main threads and the answer to our
// request, so that the kernel wakes nobody for the rest. Loads are in network byte order.
bool filter_messages(int fd) noexcept {
  const auto load = [](std::size_t at) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(at));
  };
  const auto equal = [](std::uint32_t value, std::uint8_t then, std::uint8_t otherwise) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(value), then, otherwise);
  };
  const sock_filter to_index = BPF_STMT(BPF_MISC | BPF_TAX, 0);
  const auto equal_index = [](std::uint8_t then, std::uint8_t otherwise) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, then, otherwise);
  };
  std::array<sock_filter, 15> program{
      load(event_at),
      equal(event_fork, 3, 0),   // to the births
      equal(event_exec, 10, 0),  // accept
      equal(event_comm, 5, 0),   // to the names
      equal(event_answer, 8, 9), // accept or drop
      load(fork_child_thread_at),
      to_index,
      load(fork_child_process_at),
      equal_index(4, 5),
      load(thread_at),
      to_index,
      load(process_at),
      equal_index(0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

} // namespace

result<std::unique_ptr<process_events>> process_events::start() {
  auto files = proc_files::open("/proc");
  if (!files) return files.error();
  std::unique_ptr<process_events> out(new process_events(std::move(*files)));
  if (auto listening = out->listen(); !listening) return listening.error();

  // The agent's signals are handled elsewhere; a new thread inherits the mask.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  out->thread_ = std::thread([events = out.get()] { events->run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return out;
}

process_events::~process_events() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written =
        ::write(wake_.get(), &one, sizeof one); // an eventfd at 0 takes it
    thread_.join();
  }
  // Kernels before 6.6 count listeners and go on preparing messages for one that only closed its socket.
  if (socket_) control(operation_ignore);
}

result<> process_events::listen() {
  constexpr std::string_view mend =
      "the kernel does not let this account listen to process events; the capability CAP_NET_ADMIN allows it";
  socket_.reset(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR));
  if (!socket_) {
    const int problem = errno;
    return error{errc_of(problem), "this kernel has no process events connector (CONFIG_PROC_EVENTS)",
                 problem};
  }
  wake_.reset(::eventfd(0, EFD_CLOEXEC));
  if (!wake_) return posix_error(errno, "cannot make an event descriptor");
  if (!filter_messages(socket_.get())) return posix_error(errno, "cannot filter process events");
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);

  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = CN_IDX_PROC;
  const bool listening =
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      control(operation_listen);
  if (!listening) {
    const int problem = errno;
    if (problem == EPERM || problem == EACCES) return error{errc::access_denied, std::string(mend), problem};
    return posix_error(problem, "cannot listen to process events");
  }
  // The answer is usually there already. In a namespace that may not listen the kernel never answers.
  pollfd ready{socket_.get(), POLLIN, 0};
  while (!answered_) {
    const int got = ::poll(&ready, 1, 200);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      return error{errc::unsupported,
                   "the kernel does not tell process events here: it is built without CONFIG_PROC_EVENTS, or "
                   "the agent "
                   "runs in a container (it needs the host's pid and user namespaces)",
                   0};
    drain();
  }
  if (answer_ == EPERM || answer_ == EACCES)
    return error{errc::access_denied, std::string(mend), static_cast<int>(answer_)};
  if (answer_ != 0) return posix_error(static_cast<int>(answer_), "cannot listen to process events");
  return {};
}

bool process_events::control(std::uint32_t operation) {
  struct {
    nlmsghdr head;
    char connector[sizeof(cn_msg)];
    std::uint32_t operation;
  } message{};
  static_assert(sizeof message == NLMSG_HDRLEN + sizeof(cn_msg) + sizeof(std::uint32_t));
  message.head.nlmsg_len = sizeof message;
  message.head.nlmsg_type = NLMSG_DONE;
  cn_msg connector{};
  connector.id = {CN_IDX_PROC, CN_VAL_PROC};
  connector.ack =
      static_cast<std::uint32_t>(::getpid()); // comes back plus one; the sequence does not come back
  connector.len = sizeof message.operation;
  std::memcpy(message.connector, &connector, sizeof connector);
  message.operation = operation;
  return ::send(socket_.get(), &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

void process_events::run() {
  pthread_setname_np(pthread_self(), "process-events");
  std::array<pollfd, 2> ready{pollfd{socket_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
    if (ready[1].revents != 0) return;
    if (ready[0].revents == 0) continue;
    const std::lock_guard lock(mutex_);
    drain();
  }
}

bool process_events::drain() {
  std::array<std::array<char, message_size>, batch> buffers;
  std::array<sockaddr_nl, batch> senders{};
  std::array<iovec, batch> pieces;
  std::array<mmsghdr, batch> messages{};
  for (std::size_t i = 0; i < batch; ++i) {
    pieces[i] = {buffers[i].data(), message_size};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &senders[i];
  }
  // A storm of forks may not keep the lock for ever; what the receive buffer can hold is read in one go.
  for (int rounds = 0; rounds < 256; ++rounds) {
    for (auto& message : messages)
      message.msg_hdr.msg_namelen = sizeof(sockaddr_nl);
    const int got = ::recvmmsg(socket_.get(), messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno != ENOBUFS) return true;
      ++lost_;
      continue;
    }
    for (int i = 0; i < got; ++i)
      if (senders[i].nl_pid == 0) handle(buffers[i].data(), messages[i].msg_len); // from the kernel alone
    if (static_cast<std::size_t>(got) < batch) return true;
  }
  return false;
}

void process_events::handle(const char* message, std::size_t size) {
  if (size < data_at + 16) return;
  const std::uint32_t event = number_at(message, event_at);
  if (event == event_fork) {
    std::int64_t time = 0;
    std::memcpy(&time, message + time_at, sizeof time);
    const std::uint32_t pid = number_at(message, fork_child_process_at);
    if (pid == number_at(message, fork_child_thread_at))
      born(pid, number_at(message, fork_parent_process_at), time);
  } else if (event == event_exec) {
    executed(number_at(message, process_at));
  } else if (event == event_comm && size >= comm_at + comm_size) {
    const auto birth = newest_.find(number_at(message, process_at));
    if (birth == newest_.end() || number_at(message, thread_at) != birth->first) return;
    birth->second.name.assign(message + comm_at, ::strnlen(message + comm_at, comm_size));
  } else if (event == event_answer &&
             number_at(message, acknowledged_at) == static_cast<std::uint32_t>(::getpid()) + 1) {
    answered_ = true;
    answer_ = number_at(message, data_at);
  }
}

void process_events::born(std::uint32_t pid, std::uint32_t ppid, std::int64_t mono_ns) {
  process_birth birth{pid, ppid, mono_ns, {}, ppid, {}, false};
  if (const auto parent = newest_.find(ppid); parent != newest_.end()) {
    birth.name = parent->second.name;
    birth.name_from = parent->second.name_from;
    birth.executable = parent->second.executable;
    birth.executed = parent->second.executed;
  }
  auto earlier = newest_.find(pid);
  if (newest_.size() + replaced_.size() >= limit) {
    ++lost_;
    // The pid is another process's now: the exec of that one must not be taken for the old one's.
    if (earlier == newest_.end()) return;
    earlier->second = std::move(birth);
  } else if (earlier != newest_.end()) {
    replaced_.push_back(std::move(earlier->second));
    earlier->second = std::move(birth);
  } else {
    newest_.emplace(pid, std::move(birth));
  }
}

void process_events::executed(std::uint32_t pid) {
  const auto found = newest_.find(pid);
  if (found == newest_.end()) return;
  process_birth& birth = found->second;
  birth.executed = true;
  birth.executable.clear();
  proc_path path(pid);
  int problem = 0;
  std::string_view name = files_.read(path.file("comm"), problem);
  if (problem == 0) {
    if (name.ends_with('\n')) name.remove_suffix(1);
    birth.name = name;
  }
  const std::string_view target = files_.read_link(path.file("exe"), problem);
  if (problem == 0) birth.executable = parse::without_deleted(target);
}

std::uint64_t process_events::lost_total() {
  const std::lock_guard lock(mutex_);
  return lost_;
}

} // namespace reeve::os
