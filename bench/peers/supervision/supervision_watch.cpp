// SPDX-License-Identifier: Apache-2.0
// Measures supervisors of first_line; times are of the monotonic clock, printed in ms.
//   supervision_watch limit PROGRAM FIFO KILLS            the least: kill, pidfd, wait, vfork and exec, first line
//   supervision_watch need PROGRAM FIFO ROUNDS CHILDREN MS   how long a tree takes to end of itself
//   supervision_watch start FIFO LIST COUNT COMMAND...    until COUNT programs have written; they are put into LIST
//   supervision_watch kills FIFO LIST KILLS GAP_MS        one of LIST after the other is killed; a line for each
//   supervision_watch storm FIFO LIST                     all of LIST at once; until each has a successor
//   supervision_watch stop LIST COMMAND...                until all of LIST are gone, and until the command has ended
//   supervision_watch order FIFO LIST CHAIN               when all have ended: how many of LIST began before the one that
//                                                         they require, and how many ended after it
// FIFO exists, and someone holds it open.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <map>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

using words = std::vector<std::string>;

constexpr int patience_ms = 60'000;

[[noreturn]] void die(const std::string& why) {
  std::cerr << "supervision_watch: " << why << "\n";
  std::exit(1);
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}
double ms(std::int64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

struct written_line {
  std::string name, what;
  pid_t pid = 0;
  std::int64_t at_ns = 0;
};

// The lines of the FIFO, in the order in which they came.
class line_reader {
 public:
  explicit line_reader(const std::string& fifo)
      : fifo_(::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
    if (fifo_ < 0) die(fifo + " cannot be opened");
  }
  ~line_reader() { ::close(fifo_); }
  line_reader(const line_reader&) = delete;
  line_reader& operator=(const line_reader&) = delete;

  // The next beginning or end of a program.
  written_line next(const char* what = "begins") {
    for (;;) {
      for (std::size_t end = 0; (end = text_.find('\n')) != std::string::npos;) {
        std::istringstream in(text_.substr(0, end));
        text_.erase(0, end + 1);
        written_line out;
        in >> out.name >> out.pid >> out.at_ns >> out.what;
        if (out.what == what) return out;
      }
      pollfd p{fifo_, POLLIN, 0};
      if (::poll(&p, 1, patience_ms) == 0) die("no line came within a minute");
      char part[4096];
      const ssize_t n = ::read(fifo_, part, sizeof part);
      if (n > 0) text_.append(part, static_cast<std::size_t>(n));
    }
  }

 private:
  int fifo_;
  std::string text_;
};

using programs = std::map<std::string, written_line>; // by name

programs read_list(const std::string& path) {
  programs out;
  std::ifstream in(path);
  for (written_line l; in >> l.name >> l.pid >> l.at_ns;)
    out[l.name] = l;
  return out;
}
void write_list(const std::string& path, const programs& all) {
  std::ofstream out(path);
  for (const auto& [name, l] : all)
    out << name << ' ' << l.pid << ' ' << l.at_ns << '\n';
}

pid_t spawn(const words& command) {
  std::vector<char*> pointers;
  for (const std::string& w : command)
    pointers.push_back(const_cast<char*>(w.c_str()));
  pointers.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawn(&pid, pointers[0], nullptr, nullptr, pointers.data(), environ) != 0)
    die(command[0] + " cannot be started");
  return pid;
}
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}
void wait_until_gone(int pidfd) {
  pollfd p{pidfd, POLLIN, 0};
  if (pidfd >= 0 && ::poll(&p, 1, patience_ms) == 0) die("a process did not end within a minute");
}

int limit(const std::string& program, const std::string& fifo, int kills) {
  line_reader lines(fifo);
  pid_t pid = spawn({program, fifo, "limit"});
  lines.next();
  for (int i = 0; i < kills; ++i) {
    ::usleep(30'000);
    const int pidfd = open_pidfd(pid);
    const std::int64_t begin = now_ns();
    ::kill(pid, SIGKILL);
    wait_until_gone(pidfd);
    ::waitpid(pid, nullptr, 0);
    pid = spawn({program, fifo, "limit"});
    std::cout << ms(lines.next().at_ns - begin) << "\n";
    ::close(pidfd);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return 0;
}

std::vector<int> with_children(pid_t pid) {
  std::vector<int> out{open_pidfd(pid)};
  std::ifstream children("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  for (pid_t child = 0; children >> child;)
    out.push_back(open_pidfd(child));
  return out;
}
std::int64_t gone_at(const std::vector<int>& pidfds) {
  for (const int fd : pidfds) {
    wait_until_gone(fd);
    ::close(fd);
  }
  return now_ns();
}

int need(const std::string& program, const std::string& fifo, int rounds, const std::string& children,
         const std::string& after_ms) {
  line_reader lines(fifo);
  for (int i = 0; i < rounds; ++i) {
    const pid_t pid = spawn({program, fifo, "need", children, after_ms});
    lines.next();
    ::usleep(100'000); // it has its children
    const auto tree = with_children(pid);
    const std::int64_t begin = now_ns();
    ::kill(pid, SIGTERM);
    std::cout << ms(gone_at(tree) - begin) << "\n";
    ::waitpid(pid, nullptr, 0);
  }
  return 0;
}

int start(const std::string& fifo, const std::string& list, std::size_t count, const words& command) {
  line_reader lines(fifo);
  const std::int64_t begin = now_ns();
  spawn(command);
  programs all;
  std::int64_t last = begin;
  while (all.size() < count) {
    const written_line l = lines.next();
    last = std::max(last, l.at_ns);
    all[l.name] = l;
  }
  write_list(list, all);
  std::cout << ms(last - begin) << "\n";
  return 0;
}

int kills(const std::string& fifo, const std::string& list, int count, int gap_ms) {
  line_reader lines(fifo);
  programs all = read_list(list);
  auto at = all.begin();
  for (int i = 0; i < count; ++i) {
    ::usleep(static_cast<useconds_t>(gap_ms) * 1000);
    const std::int64_t begin = now_ns();
    ::kill(at->second.pid, SIGKILL);
    written_line l;
    do
      l = lines.next();
    while (l.name != at->first || l.at_ns < begin);
    std::cout << ms(l.at_ns - begin) << "\n";
    at->second = l;
    if (++at == all.end()) at = all.begin();
  }
  write_list(list, all);
  return 0;
}

int storm(const std::string& fifo, const std::string& list) {
  line_reader lines(fifo);
  programs all = read_list(list), successors;
  const std::int64_t begin = now_ns();
  for (const auto& [name, l] : all)
    ::kill(l.pid, SIGKILL);
  std::int64_t last = begin;
  while (successors.size() < all.size()) {
    const written_line l = lines.next();
    if (l.at_ns < begin) continue;
    last = std::max(last, l.at_ns);
    successors[l.name] = l;
  }
  write_list(list, successors);
  std::cout << ms(last - begin) << "\n";
  return 0;
}

int stop(const std::string& list, const words& command) {
  std::vector<int> all;
  for (const auto& [name, l] : read_list(list))
    for (const int fd : with_children(l.pid))
      all.push_back(fd);
  const std::int64_t begin = now_ns();
  const pid_t pid = spawn(command);
  const std::int64_t gone = gone_at(all);
  ::waitpid(pid, nullptr, 0);
  std::cout << ms(gone - begin) << " " << ms(now_ns() - begin) << "\n";
  return 0;
}

// Names are p0, p1, ...; each but the first of CHAIN requires the one before it.
int order(const std::string& fifo, const std::string& list, int chain) {
  const programs began = read_list(list);
  line_reader lines(fifo);
  programs ended;
  while (ended.size() < began.size()) {
    const written_line l = lines.next("ends");
    ended[l.name] = l;
  }
  int early = 0, late = 0;
  for (int i = 0; i < static_cast<int>(began.size()); ++i) {
    if (i % chain == 0) continue;
    const std::string name = "p" + std::to_string(i), required = "p" + std::to_string(i - 1);
    early += began.at(name).at_ns < began.at(required).at_ns ? 1 : 0;
    late += ended.at(name).at_ns > ended.at(required).at_ns ? 1 : 0;
  }
  std::cout << early << " " << late << "\n";
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  const words a(argv + 1, argv + argc);
  const auto is = [&](const char* verb, std::size_t size) { return a.size() >= size && a[0] == verb; };
  const auto rest = [&](std::size_t from) {
    return words(a.begin() + static_cast<std::ptrdiff_t>(from), a.end());
  };
  if (is("limit", 4)) return limit(a[1], a[2], std::stoi(a[3]));
  if (is("need", 6)) return need(a[1], a[2], std::stoi(a[3]), a[4], a[5]);
  if (is("start", 5)) return start(a[1], a[2], std::stoul(a[3]), rest(4));
  if (is("kills", 5)) return kills(a[1], a[2], std::stoi(a[3]), std::stoi(a[4]));
  if (is("storm", 3)) return storm(a[1], a[2]);
  if (is("stop", 3)) return stop(a[1], rest(2));
  if (is("order", 4)) return order(a[1], a[2], std::stoi(a[3]));
  die("see the head of its source");
}
