// SPDX-License-Identifier: Apache-2.0
// What the service control manager knows of a service that was installed, and what it can ask of one that runs.
#include "reeve/os/service_control.hpp"

#include "windows/service_handle.hpp"
#include "windows/shutdown_flag.hpp"
#include "windows/utf.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/system_shutdown.hpp"

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/under_wine.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

namespace reeve::os {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class scm_services : public testing::Test {
 protected:
  void SetUp() override {
    test::write_file(folder_ / "reeve.toml", cat("[agent]\ninstance = \"", name_,
                                                 "\"\n[http]\nlisten = \"127.0.0.1:0\"\n"
                                                 "[log]\nfile = '",
                                                 (folder_ / "log").string(), "'\n"));
    auto made = service_manager::create();
    ASSERT_TRUE(made) << made.error().message;
    manager_ = std::move(*made);
  }
  void TearDown() override { (void)manager_->uninstall(name_, test::long_bound); }

  service_definition reeve() const {
    const auto program = std::filesystem::path(REEVE_BIN_DIR) / test::executable_name("reeve");
    return {name_,
            "what it is",
            program.string(),
            {"run", "--service", name_, "--config", (folder_ / "reeve.toml").string()},
            ""};
  }
  // Skips where this account may not.
  std::vector<std::string> install(const service_definition& service) {
    auto done = manager_->install(service);
    EXPECT_TRUE(done || done.error().code == errc::access_denied) << done.error().message;
    may_ = done.has_value();
    return done ? *std::move(done) : std::vector<std::string>{};
  }
  service_handle open(DWORD rights) const {
    const service_handle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    return service_handle(OpenServiceW(manager.get(), to_utf16(name_).c_str(), rights));
  }
  // False where the system does not know the level.
  template <class T>
  bool read(DWORD level, std::vector<std::max_align_t>& memory, const T*& out) const {
    memory.resize(256);
    DWORD needed = 0;
    const bool good =
        QueryServiceConfig2W(open(SERVICE_QUERY_CONFIG).get(), level, reinterpret_cast<BYTE*>(memory.data()),
                             static_cast<DWORD>(memory.size() * sizeof(std::max_align_t)), &needed);
    out = reinterpret_cast<const T*>(memory.data());
    return good;
  }
  std::string log() const {
    return std::filesystem::exists(folder_ / "log") ? test::read_file(folder_ / "log") : std::string();
  }

  test::temp_dir folder_;
  const std::string name_ = cat("reeve-test-", std::random_device{}());
  std::unique_ptr<service_manager> manager_;
  bool may_ = false;
};

TEST_F(scm_services, start_with_the_machine_from_a_quoted_path) {
  install(reeve());
  if (!may_) GTEST_SKIP() << "this account may not install services";
  const auto config = read_service_config(open(SERVICE_QUERY_CONFIG));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->start_type, static_cast<DWORD>(SERVICE_AUTO_START));
  EXPECT_TRUE(config->path.starts_with(cat("\"", reeve().program, "\" run --service ", name_, " --config ")))
      << config->path;
  EXPECT_EQ(config->account, "LocalSystem");
  const auto status = manager_->status(name_);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, service_state::stopped);
  EXPECT_TRUE(status->starts_at_boot);
}

TEST_F(scm_services, run_as_the_account_that_was_asked_for) {
  service_definition service = reeve();
  service.account = cat("NT SERVICE\\", name_);
  install(service);
  if (!may_) GTEST_SKIP() << "this account may not install services";
  const auto config = read_service_config(open(SERVICE_QUERY_CONFIG));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->account, service.account);
}

TEST_F(scm_services, have_a_description_and_time_to_end_before_the_machine_does) {
  install(reeve());
  if (!may_) GTEST_SKIP() << "this account may not install services";
  std::vector<std::max_align_t> memory;
  const SERVICE_DESCRIPTIONW* description = nullptr;
  ASSERT_TRUE(read(SERVICE_CONFIG_DESCRIPTION, memory, description));
  EXPECT_EQ(to_utf8(description->lpDescription), "what it is");
  const SERVICE_PRESHUTDOWN_INFO* preshutdown = nullptr;
  ASSERT_TRUE(read(SERVICE_CONFIG_PRESHUTDOWN_INFO, memory, preshutdown));
  EXPECT_EQ(preshutdown->dwPreshutdownTimeout, 45'000u);
}

TEST_F(scm_services, are_started_again_after_crashes_and_errors_and_late_at_boot) {
  const std::vector<std::string> unknown = install(reeve());
  if (!may_) GTEST_SKIP() << "this account may not install services";
  if (test::under_wine()) {
    EXPECT_EQ(unknown.size(), 2u);
    GTEST_SKIP() << "Wine 8.0 stores no failure actions (SERVICE_CONFIG_FAILURE_ACTIONS), no flag for them "
                    "and no delayed start";
  }
  EXPECT_EQ(unknown.size(), 0u);
  std::vector<std::max_align_t> memory;
  const SERVICE_FAILURE_ACTIONSW* failure = nullptr;
  ASSERT_TRUE(read(SERVICE_CONFIG_FAILURE_ACTIONS, memory, failure));
  ASSERT_EQ(failure->cActions, 3u);
  EXPECT_EQ(failure->lpsaActions[0].Type, SC_ACTION_RESTART);
  EXPECT_EQ(failure->lpsaActions[0].Delay, 1'000u);
  EXPECT_EQ(failure->lpsaActions[2].Delay, 60'000u);
  const SERVICE_FAILURE_ACTIONS_FLAG* also_errors = nullptr;
  ASSERT_TRUE(read(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, memory, also_errors));
  EXPECT_TRUE(also_errors->fFailureActionsOnNonCrashFailures);
  const SERVICE_DELAYED_AUTO_START_INFO* delayed = nullptr;
  ASSERT_TRUE(read(SERVICE_CONFIG_DELAYED_AUTO_START_INFO, memory, delayed));
  EXPECT_TRUE(delayed->fDelayedAutostart);
}

TEST_F(scm_services, can_be_told_to_reload_and_refuse_what_they_do_not_know) {
  install(reeve());
  if (!may_) GTEST_SKIP() << "this account may not install services";
  const auto started = manager_->start(name_, test::long_bound);
  ASSERT_TRUE(started) << started.error().message;
  // Asked for right after the start, before the agent listens to it: it is not lost.
  const service_handle service = open(SERVICE_ALL_ACCESS);
  SERVICE_STATUS status{};
  ASSERT_TRUE(ControlService(service.get(), SERVICE_CONTROL_PARAMCHANGE, &status)) << GetLastError();
  EXPECT_TRUE(test::wait_until([&] { return log().find("reloaded") != std::string::npos; }, test::long_bound))
      << log();
  EXPECT_EQ(
      status.dwControlsAccepted &
          (SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE),
      static_cast<DWORD>(SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE));
  EXPECT_FALSE(ControlService(service.get(), SERVICE_CONTROL_PAUSE, &status));
  const auto restarted = manager_->restart(name_, test::long_bound);
  ASSERT_TRUE(restarted) << restarted.error().message;
  EXPECT_EQ(manager_->status(name_)->state, service_state::running);
}

// One that takes the request and then hangs.
TEST_F(scm_services, never_stay_in_stopping) {
  service_definition stubborn = reeve();
  stubborn.program =
      (std::filesystem::path(REEVE_TEST_PROGRAMS) / test::executable_name("stubborn_service")).string();
  install(stubborn);
  if (!may_) GTEST_SKIP() << "this account may not install services";
  const auto started = manager_->start(name_, test::long_bound);
  ASSERT_TRUE(started) << started.error().message;
  const auto stopped = manager_->stop(name_, test::long_bound);
  EXPECT_TRUE(stopped) << stopped.error().message;
  EXPECT_EQ(manager_->status(name_)->detail, "stopped, service-specific error 1");
}

TEST_F(scm_services, that_are_not_there_are_not_found) {
  for (const auto& answer :
       {manager_->start(name_, 10s), manager_->stop(name_, 10s), manager_->uninstall(name_, 10s)}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::not_found) << answer.error().message;
  }
  EXPECT_EQ(manager_->status(name_)->state, service_state::not_installed);
}

TEST_F(scm_services, of_the_system_can_be_looked_at) {
  const auto status = manager_->status("EventLog");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_NE(status->state, service_state::not_installed);
}

TEST(system_shutdown, is_known_for_good_once_it_was_told) {
  EXPECT_FALSE(system_is_shutting_down());
  note_system_shutdown();
  EXPECT_TRUE(system_is_shutting_down());
}

TEST(services_of_one_user, are_not_known_here) {
  const auto made = service_manager::create({true, {}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::unsupported);
}

} // namespace
} // namespace reeve::os
