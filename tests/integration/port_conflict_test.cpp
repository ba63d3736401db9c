// SPDX-License-Identifier: Apache-2.0
// A managed process whose port a real server holds already: who it is is said before the start, and what happens next is
// as port_taken says. Linux, with Debian's python3 and nginx.
#include "tests/integration/loopback_port.hpp"
#include "tests/integration/torture.hpp"

#include "tests/support/free_port.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* python = "/usr/bin/python3";
constexpr const char* nginx = "/usr/sbin/nginx";

class port_conflict_test : public torture {
 protected:
  std::string waiting(const std::string& port_taken, const std::string& protocol = "tcp") const {
    return managed("web", "bystander", "\"stay\"",
                   "stop_timeout = \"2s\"\nports = [\"" + std::to_string(port_) + "/" + protocol +
                       "\"]\nport_taken = \"" + port_taken + "\"\n");
  }
  std::string failure() {
    const boost::json::object s = status_of("web");
    return s.empty() || s.at("failure").is_null() ? "" : std::string(s.at("failure").as_string());
  }
  // Until it says so.
  std::optional<child> begin_holder(const char* of, std::vector<std::string> arguments,
                                    const std::string& word) {
    child_options how;
    how.program = of;
    how.arguments = std::move(arguments);
    how.output_file = folder_ / ("holder " + std::to_string(++holders_));
    auto started = child::start(how);
    EXPECT_TRUE(started) << started.error().message;
    if (!started) return std::nullopt;
    EXPECT_TRUE(wait_until([&] { return started->output().find(word) != std::string::npos; }, long_bound))
        << started->output();
    return std::move(*started);
  }
  std::optional<child> http_server(const std::string& address) {
    return begin_holder(python, {"-u", "-m", "http.server", std::to_string(port_), "--bind", address},
                        "Serving HTTP");
  }
  std::optional<child> script(const std::string& text) {
    return begin_holder(
        python, {"-u", "-c", "import signal, socket\n" + text + "\nprint('ready')\nsignal.pause()"}, "ready");
  }
  std::string bound_socket(const std::string& family, const std::string& kind,
                           const std::string& address) const {
    return "s = socket.socket(socket." + family + ", socket." + kind + "); s.bind(('" + address + "', " +
           std::to_string(port_) + "))";
  }
  std::optional<child> web_server() {
    const std::string at = folder_.path().string();
    const std::string port = std::to_string(port_);
    write_file(folder_ / "nginx.conf", "daemon off;\nworker_processes 2;\npid \"" + at +
                                           "/pid\";\nerror_log stderr notice;\nevents {}\n"
                                           "http {\n access_log off;\n server { listen 127.0.0.1:" +
                                           port + "; listen [::1]:" + port + "; }\n}\n");
    return begin_holder(nginx, {"-e", "stderr", "-c", at + "/nginx.conf"}, "start worker process ");
  }

  // Is told with number, name and command line, nothing is started, and it comes by itself when the holder has gone.
  void expect_wait(std::optional<child> holder, const std::string& protocol, const std::string& name,
                   const std::string& line) {
    ASSERT_TRUE(holder);
    begin(waiting("wait", protocol));
    ASSERT_TRUE(reaches("web", "blocked"));
    const std::string why = "port " + std::to_string(port_) + "/" + protocol + " is held by process " +
                            std::to_string(holder->pid()) + " (" + name + ": ";
    EXPECT_THAT(failure(), HasSubstr(why));
    EXPECT_THAT(failure(), HasSubstr(line));
    EXPECT_THAT(agent_->log(), HasSubstr("process: waits for its port name=web reason=\"" + why));
    EXPECT_THAT(agent_->log(), Not(HasSubstr("process: started name=web")));
    EXPECT_TRUE(status_of("web").at("pid").is_null());
    EXPECT_EQ(status_of("web").at("starts").to_number<int>(), 0);
    EXPECT_TRUE(holder->running());
    ASSERT_TRUE(holder->terminate());
    ASSERT_TRUE(holder->wait(long_bound));
    ASSERT_TRUE(reaches("web", "running"));
    EXPECT_EQ(failure(), "");
    EXPECT_EQ(status_of("web").at("restarts").to_number<int>(), 0);
  }

  const std::uint16_t port_ = free_port();
  int holders_ = 0;
};

#define REEVE_NEEDS(program)                                                                                 \
  if (!std::filesystem::exists(program)) GTEST_SKIP() << program << " is not installed"

TEST_F(port_conflict_test, python_on_ipv4_is_named_and_waited_for) {
  REEVE_NEEDS(python);
  expect_wait(http_server("127.0.0.1"), "tcp", "python3",
              "/usr/bin/python3 -u -m http.server " + std::to_string(port_) + " --bind 127.0.0.1");
}

TEST_F(port_conflict_test, python_on_ipv6_is_named_and_waited_for) {
  REEVE_NEEDS(python);
  expect_wait(http_server("::1"), "tcp", "python3",
              "-m http.server " + std::to_string(port_) + " --bind ::1");
}

TEST_F(port_conflict_test, udp_on_ipv4_and_ipv6_is_named_and_waited_for) {
  REEVE_NEEDS(python);
  expect_wait(script(bound_socket("AF_INET", "SOCK_DGRAM", "127.0.0.1")), "udp", "python3", "SOCK_DGRAM");
  agent_.reset();
  expect_wait(script(bound_socket("AF_INET6", "SOCK_DGRAM", "::1")), "udp", "python3", "AF_INET6");
}

TEST_F(port_conflict_test, the_same_number_of_the_other_protocol_is_no_conflict) {
  REEVE_NEEDS(python);
  const auto holder = script(bound_socket("AF_INET", "SOCK_DGRAM", "127.0.0.1"));
  begin(waiting("fail", "tcp"));
  EXPECT_TRUE(reaches("web", "running")) << failure();
}

TEST_F(port_conflict_test, nginx_is_named_by_its_first_process_and_waited_for) {
  REEVE_NEEDS(nginx);
  expect_wait(web_server(), "tcp", "nginx", "nginx: master process /usr/sbin/nginx -e stderr -c ");
}

TEST_F(port_conflict_test, with_fail_it_is_given_up_at_once_and_started_by_hand_later) {
  REEVE_NEEDS(python);
  auto holder = http_server("127.0.0.1");
  ASSERT_TRUE(holder);
  begin(waiting("fail"));
  ASSERT_TRUE(reaches("web", "given_up"));
  EXPECT_THAT(failure(), HasSubstr("is held by process " + std::to_string(holder->pid()) + " (python3: "));
  EXPECT_THAT(agent_->log(), HasSubstr("process: cannot start name=web reason=\"port "));
  const finished_child refused = tell("start", {"web"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.output, HasSubstr("python3"));
  EXPECT_TRUE(holder->running());
  ASSERT_TRUE(holder->kill());
  ASSERT_TRUE(holder->wait(long_bound));
  EXPECT_EQ(state_of("web"), "given_up");
  EXPECT_EQ(tell("start", {"web"}).exit_code, 0);
  EXPECT_EQ(state_of("web"), "running");
}

TEST_F(port_conflict_test, with_stop_holder_python_and_nginx_are_asked_to_end) {
  REEVE_NEEDS(python);
  REEVE_NEEDS(nginx);
  for (const bool is_nginx : {false, true}) {
    auto holder = is_nginx ? web_server() : http_server("127.0.0.1");
    ASSERT_TRUE(holder);
    begin(waiting("stop-holder"));
    EXPECT_TRUE(reaches("web", "running")) << failure();
    EXPECT_TRUE(holder->wait(long_bound));
    EXPECT_THAT(agent_->log(), HasSubstr(", which is asked to end"));
    EXPECT_THAT(agent_->log(), Not(HasSubstr("which is killed")));
    agent_.reset();
  }
}

TEST_F(port_conflict_test, with_stop_holder_one_that_does_not_hear_is_killed_after_a_while) {
  REEVE_NEEDS(python);
  auto holder = script(bound_socket("AF_INET", "SOCK_STREAM", "127.0.0.1") +
                       "; s.listen(); signal.signal(signal.SIGTERM, signal.SIG_IGN)");
  ASSERT_TRUE(holder);
  begin(waiting("stop-holder"));
  EXPECT_TRUE(reaches("web", "running")) << failure();
  EXPECT_EQ(holder->wait(long_bound), 128 + 9);
  EXPECT_THAT(agent_->log(), HasSubstr(", which is killed"));
}

TEST_F(port_conflict_test, with_stop_holder_one_that_is_protected_is_left_alone) {
  REEVE_NEEDS(python);
  auto holder = http_server("127.0.0.1");
  ASSERT_TRUE(holder);
  begin("[remedy]\nprotect = [\"python3\"]\n" + waiting("stop-holder"));
  ASSERT_TRUE(reaches("web", "blocked"));
  EXPECT_THAT(failure(), HasSubstr("is held by process " + std::to_string(holder->pid()) + " (python3: "));
  EXPECT_THAT(failure(), HasSubstr(", which is left alone: python3 is protected by the configuration"));
  EXPECT_TRUE(holder->running());
  // As it is said now, not at the first start.
  rewrite(waiting("stop-holder"));
  ASSERT_TRUE(agent_->reload());
  EXPECT_TRUE(reaches("web", "running")) << failure();
  EXPECT_TRUE(holder->wait(long_bound));
}

// By the name of its [[process]], too.
TEST_F(port_conflict_test, with_stop_holder_a_managed_process_that_is_protected_is_left_alone) {
  REEVE_NEEDS(python);
  const std::string db = "[remedy]\nprotect = [\"db\"]\n[[process]]\nname = \"db\"\ncommand = '" +
                         std::string(python) + "'\nargs = [\"-u\", \"-m\", \"http.server\", \"" +
                         std::to_string(port_) + "\", \"--bind\", \"127.0.0.1\"]\nstop_timeout = \"2s\"\n";
  begin(db);
  ASSERT_TRUE(says("db", "Serving HTTP"));
  const std::int64_t pid = pid_of("db");
  rewrite(db + waiting("stop-holder"));
  ASSERT_TRUE(agent_->reload());
  ASSERT_TRUE(reaches("web", "blocked"));
  EXPECT_THAT(failure(), HasSubstr(", which is left alone: db is protected by the configuration"));
  EXPECT_EQ(pid_of("db"), pid);
}

TEST_F(port_conflict_test, with_stop_holder_the_agent_and_what_is_above_it_are_left_alone) {
  const loopback_port own; // the agent's parent is this program
  begin("");
  const auto process = [&](const char* name, std::uint16_t port) {
    return managed(name, "bystander", "\"stay\"",
                   "stop_timeout = \"2s\"\nport_taken = \"stop-holder\"\nports = [" + std::to_string(port) +
                       "]\n");
  };
  rewrite(process("above", own.number()) + process("itself", agent_->port()));
  const auto reloaded = agent_->reload();
  ASSERT_TRUE(reloaded);
  EXPECT_EQ(reloaded->exit_code, 0) << reloaded->output;
  for (const char* name : {"above", "itself"}) {
    ASSERT_TRUE(reaches(name, "blocked"));
    EXPECT_THAT(std::string(status_of(name).at("failure").as_string()),
                HasSubstr("is the agent, above it, or the system's first"));
  }
  EXPECT_THAT(std::string(status_of("itself").at("failure").as_string()),
              HasSubstr("is held by process " + std::to_string(agent_->process().pid()) + " (reeve: "));
  EXPECT_TRUE(agent_->process().running());
}

} // namespace
} // namespace reeve::test
