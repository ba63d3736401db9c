// SPDX-License-Identifier: Apache-2.0
// The protocol of sd_notify(3), as its socket sees it.
#include "reeve/os/service_host.hpp"

#include "reeve/base/strings.hpp"

#include "tests/support/linux/notify_socket.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class systemd_service : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
      ::unsetenv(variable);
  }
  static std::unique_ptr<service_host> host_of(const std::string& address, const char* usec = nullptr,
                                               const std::string& pid = {}) {
    ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
    if (usec) ::setenv("WATCHDOG_USEC", usec, 1);
    if (!pid.empty()) ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    return service_host::create();
  }
  // By path: a name of its own.
  std::string path() const { return (folder_ / "notify").string(); }

  test::temp_dir folder_;
};

TEST_F(systemd_service, says_everything_in_the_protocols_words) {
  test::notify_socket manager(path());
  const auto host = host_of(manager.address());
  host->ready();
  host->ping();
  host->status("serving\nnothing=1");
  host->stopping(1500ms);
  EXPECT_THAT(manager.receive(),
              ElementsAre(cat("READY=1\nMAINPID=", ::getpid()), "WATCHDOG=1", "STATUS=serving nothing=1",
                          "STOPPING=1\nEXTEND_TIMEOUT_USEC=1500000"));
}

TEST_F(systemd_service, dates_a_reload_by_the_monotonic_clock) {
  test::notify_socket manager(path());
  const auto host = host_of(manager.address());
  timespec before{}, after{};
  ::clock_gettime(CLOCK_MONOTONIC, &before);
  host->reloading();
  ::clock_gettime(CLOCK_MONOTONIC, &after);
  const auto told = manager.receive();
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_THAT(told, ElementsAre(StartsWith(start)));
  const long long usec = std::stoll(told[0].substr(start.size()));
  EXPECT_GE(usec, before.tv_sec * 1'000'000LL + before.tv_nsec / 1000);
  EXPECT_LE(usec, after.tv_sec * 1'000'000LL + after.tv_nsec / 1000);
}

TEST_F(systemd_service, finds_an_abstract_socket) {
  test::notify_socket manager(cat("@reeve-test-", ::getpid(), "-notify"));
  host_of(manager.address())->ping();
  EXPECT_THAT(manager.receive(), ElementsAre("WATCHDOG=1"));
}

TEST_F(systemd_service, leaves_nothing_for_children_to_inherit) {
  host_of(path(), "1000000", cat(::getpid()));
  for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(variable), nullptr) << variable;
}

TEST_F(systemd_service, pings_twice_within_the_time_that_is_watched) {
  EXPECT_EQ(host_of(path(), "30000000")->ping_interval(), 15s);
  EXPECT_EQ(host_of(path(), "30000000", cat(::getpid()))->ping_interval(), 15s);
  EXPECT_EQ(host_of(path(), "30000000", "1")->ping_interval(), 0s) << "another process is meant";
  EXPECT_EQ(host_of(path())->ping_interval(), 0s);
  for (const char* usec : {"", "0", "-1", "soon"})
    EXPECT_EQ(host_of(path(), usec)->ping_interval(), 0s) << usec;
}

TEST_F(systemd_service, a_manager_that_is_not_there_is_no_trouble) {
  for (const std::string& address : {path(), std::string("relative"), std::string("vsock:2:1"),
                                     std::string("@"), "/" + std::string(200, 'x')}) {
    const auto host = host_of(address);
    host->ready();
    host->ping();
  }
}

TEST_F(systemd_service, a_manager_that_takes_nothing_holds_nobody_up_for_ever) {
  test::notify_socket manager(path());
  const auto host = host_of(manager.address());
  const int room = std::stoi(test::read_file("/proc/sys/net/unix/max_dgram_qlen"));
  for (int i = 0; i < room + 3; ++i)
    host->ping();
  EXPECT_LE(manager.receive().size(), static_cast<std::size_t>(room) + 1) << "the last ones found no room";
}

TEST_F(systemd_service, without_a_manager_there_is_nobody_to_tell) {
  const auto host = service_host::create();
  EXPECT_EQ(host->ping_interval(), 0s);
  EXPECT_EQ(host->log_file(), "") << "the journal reads standard error";
  host->ready();
  host->stopped(1);
}

TEST_F(systemd_service, is_started_like_any_other_program) {
  const auto status = run_as_service("reeve", [] { return 0; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, errc::unsupported);
}

} // namespace
} // namespace reeve::os
