// SPDX-License-Identifier: Apache-2.0
// A program and what it leaves to others:  relatives deaf            ignores every signal that can be ignored, child too
//                                          relatives daemon          forks twice into a session of its own and ends; the
//                                                                    daemon says "ready" and stays
//                                          relatives orphans N CODE  N children, each with a child of its own that hears
//                                                                    nothing, every second one in a session of its own;
//                                                                    ends with CODE and takes nobody along
//                                          relatives storm N CODE    all of them fork until there were N; the first one
//                                                                    says "ready" and ends with CODE, 0: stays
//                                          relatives crowd N         N children that stay; ends with 3 when all have
//                                                                    ended by SIGTERM
//                                          relatives stopped         stops itself with a child
//                                          relatives zombies N       waits for none of its N children; its first thread
//                                                                    ends, its second one stays
//                                          relatives serve PORT FILE listens, locks FILE, gives both to a child and ends
//                                                                    with 3, or with 4 when it cannot
// Each writes "ready" when it is as described.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string_view>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

void say(std::string_view text) {
  if (::write(1, text.data(), text.size()) < 0) std::abort();
}

[[noreturn]] void stay() {
  for (;;)
    ::pause();
}

void hear_nothing() {
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_IGN); // says no for SIGKILL and SIGSTOP
}

[[noreturn]] void be_deaf() {
  hear_nothing();
  ::fork();
  say("ready\n");
  stay();
}

int become_daemon() {
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  char c = 0;
  if (::fork() != 0) return ::read(ends[0], &c, 1) == 1 ? 0 : 1;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  say("ready\n");
  (void)!::write(ends[1], "x", 1);
  stay();
}

int leave_orphans(int count, int code) {
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  for (int i = 0; i < count; ++i) {
    if (::fork() != 0) continue;
    if (i % 2 == 1) ::setsid();
    if (::fork() == 0) hear_nothing();
    (void)!::write(ends[1], "x", 1);
    stay();
  }
  char c = 0;
  for (int i = 0; i < 2 * count; ++i)
    if (::read(ends[0], &c, 1) != 1) return 1;
  say("ready\n");
  return code;
}

int storm(int count, int code) {
  void* const shared =
      ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto& born = *new (shared) std::atomic<int>(0);
  const pid_t first = ::getpid();
  while (born.fetch_add(1) < count) {
    if (::getpid() == first && born > count / 2) break;
    if (::fork() < 0) ::usleep(100);
  }
  if (::getpid() != first) stay();
  say("ready\n");
  if (code == 0) stay();
  return code;
}

int gather_crowd(int count) {
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) stay();
  }
  ::signal(SIGTERM, SIG_IGN);
  say("ready\n");
  int status = 0;
  while (::wait(&status) > 0)
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM) return 5;
  return 3;
}

[[noreturn]] void stop_both() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::raise(SIGSTOP);
    stay();
  }
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  say("ready\n");
  ::raise(SIGSTOP);
  stay();
}

void* second_thread(void*) {
  ::usleep(50'000); // until the first one has ended, which cannot be waited for
  say("ready\n");
  stay();
}

int leave_zombies(int count) {
  for (int i = 0; i < count; ++i)
    if (::fork() == 0) ::_exit(1);
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, second_thread, nullptr) != 0) return 1;
  ::pthread_exit(nullptr);
}

int serve(int port, const char* file) {
  const int lock = ::open(file, O_RDWR | O_CREAT, 0600);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0 ||
      ::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(listener, 8) != 0) {
    say("taken\n");
    return 4;
  }
  if (::fork() == 0) {
    ::setsid();
    hear_nothing();
    stay();
  }
  say("ready\n");
  return 3;
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  const auto number = [&](int at) { return std::atoi(argv[at]); };
  if (verb == "deaf") be_deaf();
  if (verb == "daemon") return become_daemon();
  if (verb == "orphans" && argc == 4) return leave_orphans(number(2), number(3));
  if (verb == "storm" && argc == 4) return storm(number(2), number(3));
  if (verb == "crowd" && argc == 3) return gather_crowd(number(2));
  if (verb == "stopped") stop_both();
  if (verb == "zombies" && argc == 3) return leave_zombies(number(2));
  if (verb == "serve" && argc == 4) return serve(number(2), argv[3]);
  std::fputs("relatives deaf | daemon | orphans N CODE | storm N CODE | crowd N | stopped | zombies N | "
             "serve PORT FILE\n",
             stderr);
  return 2;
}
