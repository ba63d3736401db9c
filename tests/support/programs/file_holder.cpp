// SPDX-License-Identifier: Apache-2.0
// file_holder STEP...   does the steps, says "ready", and ends with its standard input
//
//   open=PATH read=PATH path-only=PATH   open it; the next steps are about it
//   posix=MODE,START,LENGTH  ofd=MODE,START,LENGTH  flock=MODE  lease=MODE     MODE: read, write; LENGTH 0: to the end
//   posix-wait=... ofd-wait=... flock-wait=...   the same, after it said "waiting"
//   map            map what is open, writable and shared, and close it
//   close          close what is open
//   delete=PATH    remove the name
//   cd=PATH
//   heir           from here on a child has everything, too: "heir PID"
//   end            end at once, leaving an heir behind
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

int fd = -1;

[[noreturn]] void fail(const std::string& what) {
  std::cout << "failed " << what << ": " << std::strerror(errno) << std::endl;
  std::_Exit(1);
}

void wait_for_the_end() {
  char byte;
  while (::read(0, &byte, 1) > 0) {
  }
}

void record_lock(std::string_view how, int command) {
  struct flock lock {};
  lock.l_type = how.starts_with("read") ? F_RDLCK : F_WRLCK;
  lock.l_whence = SEEK_SET;
  const std::string numbers(how.substr(how.find(',') + 1));
  char* rest = nullptr;
  lock.l_start = std::strtoll(numbers.c_str(), &rest, 10);
  lock.l_len = std::strtoll(rest + 1, nullptr, 10);
  if (::fcntl(fd, command, &lock) != 0) fail("fcntl");
}

void step(const std::string& word) {
  const std::size_t sign = word.find('=');
  std::string name = word.substr(0, sign);
  const std::string value = sign == std::string::npos ? "" : word.substr(sign + 1);
  const bool wait = name.ends_with("-wait");
  if (wait) {
    name.resize(name.size() - 5);
    std::cout << "waiting" << std::endl;
  }
  const auto open_it = [&](int flags) {
    fd = ::open(value.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) fail(word);
  };
  if (name == "open")
    open_it(O_RDWR | O_CREAT);
  else if (name == "read")
    open_it(O_RDONLY);
  else if (name == "path-only")
    open_it(O_PATH);
  else if (name == "posix")
    record_lock(value, wait ? F_SETLKW : F_SETLK);
  else if (name == "ofd")
    record_lock(value, wait ? F_OFD_SETLKW : F_OFD_SETLK);
  else if (name == "flock") {
    if (::flock(fd, (value == "read" ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB)) != 0) fail(word);
  } else if (name == "lease") {
    if (::fcntl(fd, F_SETLEASE, value == "read" ? F_RDLCK : F_WRLCK) != 0) fail(word);
  } else if (name == "map") {
    if (::ftruncate(fd, 4096) != 0) fail(word);
    if (::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED) fail(word);
    ::close(fd);
  } else if (name == "close")
    ::close(fd);
  else if (name == "delete") {
    if (::unlink(value.c_str()) != 0) fail(word);
  } else if (name == "cd") {
    if (::chdir(value.c_str()) != 0) fail(word);
  } else if (name == "heir") {
    const pid_t heir = ::fork();
    if (heir < 0) fail(word);
    if (heir == 0) {
      wait_for_the_end();
      std::_Exit(0);
    }
    std::cout << "heir " << heir << std::endl;
  } else if (name == "end")
    std::_Exit(0);
  else
    fail(word);
  if (wait) std::cout << "got it" << std::endl;
}

} // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    step(argv[i]);
  std::cout << "ready" << std::endl;
  wait_for_the_end();
  return 0;
}
