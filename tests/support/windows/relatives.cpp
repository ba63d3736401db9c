// SPDX-License-Identifier: Apache-2.0
// A program and what it leaves to others:  relatives deaf            hears no event of its console, child too
//                                          relatives daemon          a child of it starts the daemon; both end, and the
//                                                                    daemon says "ready" and stays
//                                          relatives orphans N CODE  N children, each with a child of its own that hears
//                                                                    nothing, every second one without a console;
//                                                                    ends with CODE and takes nobody along
//                                          relatives storm N CODE    all of them start others until there were N; the first
//                                                                    one says "ready" and ends with CODE, 0: stays
//                                          relatives crowd N         N children that stay; ends with 3 when all have
//                                                                    been asked to end
//                                          relatives serve PORT FILE listens, holds FILE, gives both to a child and ends
//                                                                    with 3, or with 4 when it cannot
//                                          relatives lend            says "handle N", that of its output, and stays
// Each other writes "ready" when it is as described. Those that hear Ctrl+C or Ctrl+Break end with 15.
#include <winsock2.h>

#include <windows.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr UINT asked = 15;

void say(std::string_view text) {
  DWORD written = 0;
  if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text.data(), static_cast<DWORD>(text.size()), &written,
                 nullptr))
    std::abort();
}

[[noreturn]] void stay() {
  for (;;)
    Sleep(INFINITE);
}

void hear_nothing() {
  SetConsoleCtrlHandler([](DWORD) -> BOOL { return TRUE; }, TRUE);
}
void end_when_asked() {
  SetConsoleCtrlHandler([](DWORD) -> BOOL { ExitProcess(asked); }, TRUE);
}

// Counts; children have it too, by the same number.
class shared_count {
 public:
  explicit shared_count(LONG first) {
    SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
    handle_ = CreateSemaphoreW(&inherit, first, 1'000'000, nullptr);
    if (!handle_) std::abort();
  }
  explicit shared_count(const char* number)
      : handle_(reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(std::strtoull(number, nullptr, 10)))) {}
  std::string number() const { return std::to_string(reinterpret_cast<std::uintptr_t>(handle_)); }
  void add_one() const { ReleaseSemaphore(handle_, 1, nullptr); }
  void wait_for(int count) const {
    for (int i = 0; i < count; ++i)
      WaitForSingleObject(handle_, INFINITE);
  }
  bool take_one() const { return WaitForSingleObject(handle_, 0) == WAIT_OBJECT_0; }

 private:
  HANDLE handle_;
};

// Another of this program, with everything that can be inherited.
HANDLE start(const std::string& words, DWORD flags = 0) {
  wchar_t own[MAX_PATH];
  GetModuleFileNameW(nullptr, own, MAX_PATH);
  std::wstring line = L"relatives " + std::wstring(words.begin(), words.end());
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION made{};
  if (!CreateProcessW(own, line.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr, &startup, &made)) {
    say("error " + std::to_string(GetLastError()) + "\n");
    std::exit(100);
  }
  CloseHandle(made.hThread);
  return made.hProcess;
}

[[noreturn]] void be_deaf() {
  hear_nothing();
  const shared_count ready(0L);
  start("member deaf " + ready.number());
  ready.wait_for(1);
  say("ready\n");
  stay();
}

[[noreturn]] void be_member(bool deaf, const shared_count& ready) {
  deaf ? hear_nothing() : end_when_asked();
  ready.add_one();
  stay();
}

int become_daemon() {
  const shared_count ready(0L);
  start("forebear " + ready.number());
  ready.wait_for(1);
  return 0;
}

[[noreturn]] void be_daemon(const shared_count& ready) {
  end_when_asked();
  say("ready\n");
  ready.add_one();
  stay();
}

int leave_orphans(int count, int code) {
  const shared_count ready(0L);
  for (int i = 0; i < count; ++i)
    start("mother " + ready.number(), i % 2 == 1 ? DETACHED_PROCESS : 0);
  ready.wait_for(2 * count);
  say("ready\n");
  return code;
}

[[noreturn]] void be_mother(const shared_count& ready) {
  start("member deaf " + ready.number());
  ready.add_one();
  stay();
}

void multiply(const shared_count& unborn, int most) {
  for (int i = 0; i < most && unborn.take_one(); ++i)
    start("cloud " + unborn.number());
}

int storm(int count, int code) {
  end_when_asked();
  const shared_count unborn(count - 1L);
  multiply(unborn, 4); // and leaves the rest to those
  say("ready\n");
  if (code == 0) stay();
  return code;
}

[[noreturn]] void be_cloud(const shared_count& unborn) {
  end_when_asked();
  multiply(unborn, 1'000'000);
  stay();
}

int gather_crowd(int count) {
  const shared_count ready(0L);
  std::vector<HANDLE> children;
  for (int i = 0; i < count; ++i)
    children.push_back(start("member heedful " + ready.number()));
  ready.wait_for(count);
  hear_nothing();
  say("ready\n");
  for (const HANDLE child : children) {
    DWORD code = 0;
    WaitForSingleObject(child, INFINITE);
    if (!GetExitCodeProcess(child, &code) || code != asked) return 5;
  }
  return 3;
}

[[noreturn]] void lend() {
  hear_nothing();
  say("handle " + std::to_string(reinterpret_cast<std::uintptr_t>(GetStdHandle(STD_OUTPUT_HANDLE))) + "\n");
  stay();
}

int serve(int port, const char* file) {
  WSADATA data;
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
  SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
  const HANDLE lock = CreateFileA(file, GENERIC_WRITE, 0, &inherit, OPEN_ALWAYS, 0, nullptr);
  const SOCKET listener = socket(AF_INET, SOCK_STREAM, 0); // can be inherited ("WSASocketW function")
  const BOOL on = TRUE;
  setsockopt(listener, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on), sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (lock == INVALID_HANDLE_VALUE ||
      bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 || listen(listener, 8) != 0) {
    say("taken\n");
    return 4;
  }
  const shared_count ready(0L);
  start("member deaf " + ready.number(), DETACHED_PROCESS);
  ready.wait_for(1);
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
  if (verb == "serve" && argc == 4) return serve(number(2), argv[3]);
  if (verb == "lend") lend();
  // What these start.
  if (verb == "member" && argc == 4) be_member(std::string_view(argv[2]) == "deaf", shared_count(argv[3]));
  if (verb == "forebear" && argc == 3) return start(std::string("background ") + argv[2]) ? 0 : 1;
  if (verb == "background" && argc == 3) be_daemon(shared_count(argv[2]));
  if (verb == "mother" && argc == 3) be_mother(shared_count(argv[2]));
  if (verb == "cloud" && argc == 3) be_cloud(shared_count(argv[2]));
  std::fputs("relatives deaf | daemon | orphans N CODE | storm N CODE | crowd N | serve PORT FILE | lend\n",
             stderr);
  return 2;
}
