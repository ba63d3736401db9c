// SPDX-License-Identifier: Apache-2.0
// A program that is counted:  tally FOLDER NAME MS CODE
// Appends a line to FOLDER/NAME.starts when it starts, holds a lock on FOLDER/NAME.lock for as long as it lives, writes to
// FOLDER/NAME.twice when another one has it, and ends after MS milliseconds with CODE; MS 0: when it is asked to.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace {

void append(const std::string& file, const std::string& line) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  ::close(fd);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("tally FOLDER NAME MS CODE\n", stderr);
    return 2;
  }
  const std::string base = std::string(argv[1]) + "/" + argv[2];
  const int lock = ::open((base + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) append(base + ".twice", std::to_string(::getpid()) + "\n");
  append(base + ".starts", std::to_string(::getpid()) + "\n");
  const int ms = std::atoi(argv[3]);
  if (ms == 0)
    for (;;)
      ::pause();
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  return std::atoi(argv[4]);
}
