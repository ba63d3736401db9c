// SPDX-License-Identifier: Apache-2.0
// Starts that fail for reasons that only Linux has.
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class torture_starts_linux_test : public torture {
 protected:
  static constexpr const char* once = "restart = \"never\"\n";
  static std::string command(const std::string& name, const std::filesystem::path& file,
                             const std::string& more = {}) {
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + file.string() + "'\n" + once + more;
  }
  static std::string shell(const std::string& name, const std::string& line, const std::string& more = {}) {
    return "[[process]]\nname = \"" + name + "\"\nshell = true\ncommand = '''" + line + "'''\n" + once + more;
  }
  // It never ran, and says why.
  void expect_failure(const std::string& name, const std::string& why) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(reaches(name, "exited")) << state_of(name);
    const boost::json::object s = status_of(name);
    EXPECT_THAT(std::string(s.at("failure").as_string()), HasSubstr(why));
    EXPECT_TRUE(s.at("last_end").is_null());
    EXPECT_THAT(agent_->log(), HasSubstr("process: cannot start name=" + name));
    EXPECT_THAT(agent_->log(), Not(HasSubstr("process: started name=" + name)));
  }
};

TEST_F(torture_starts_linux_test, files_that_cannot_be_executed_are_named_with_the_reason) {
  const std::filesystem::path plain = folder_ / "plain", text = folder_ / "text",
                              foreign = folder_ / "foreign";
  write_file(plain, "#!/bin/sh\n");
  ::chmod(plain.c_str(), 0644);
  write_file(text, "no program");
  // The head of an ELF file of 64 bits for the machine 243, RISC-V (elf(5)); the rest is not looked at.
  write_file(foreign, std::string("\x7f"
                                  "ELF\x02\x01\x01",
                                  7) +
                          std::string(9, '\0') + std::string("\x02\0\xf3\0\x01\0\0\0", 8) +
                          std::string(200, '\0'));
  for (const auto& file : {text, foreign})
    ::chmod(file.c_str(), 0755);
  begin(command("plain", plain) + command("text", text) + command("foreign", foreign) +
        command("folder", folder_.path()));
  expect_failure("plain", "program " + plain.string() + ": Permission denied");
  expect_failure("text", "program " + text.string() + ": Exec format error");
  expect_failure("foreign", "program " + foreign.string() + ": Exec format error");
  expect_failure("folder", "program " + folder_.path().string() + ": Permission denied");
  expect_nothing_left();
}

TEST_F(torture_starts_linux_test, an_account_that_is_unknown_is_named) {
  begin(command("ghost", "/bin/true", "user = \"nobody-at-all\"\n"));
  expect_failure("ghost", "account nobody-at-all");
  expect_nothing_left();
}

TEST_F(torture_starts_linux_test, a_program_that_takes_all_memory_ends_at_its_limit_or_is_not_started) {
  begin(
      command("hog", "/usr/bin/tail", "args = [\"/dev/zero\"]\nlimits = { memory = \"32MiB\", cpu = 2 }\n"));
  ASSERT_TRUE(reaches("hog", "exited")) << state_of("hog");
  const boost::json::object s = status_of("hog");
  if (s.at("last_end").is_null()) {
    expect_failure("hog", "limit memory: ");
    GTEST_SKIP() << s.at("failure").as_string();
  }
  EXPECT_EQ(s.at("last_end").as_string(), "signal 9");
  EXPECT_THAT(agent_->log(), HasSubstr("signal 9, out of memory, limit memory of 32MiB"));
  expect_nothing_left();
}

TEST_F(torture_starts_linux_test, a_name_with_an_end_of_line_stays_on_one_line_of_what_is_told) {
  begin(command("torn", "/bin/true", "cwd = \"/no\\nsuch\\tfolder\"\n"));
  expect_failure("torn", "folder /no such folder: No such file or directory");
}

TEST_F(torture_starts_linux_test, a_folder_with_an_end_of_line_is_entered) {
  const std::filesystem::path odd = folder_ / "two\nlines";
  std::filesystem::create_directory(odd);
  begin(managed("odd", "troublemaker", "\"show\", \"NOTHING\"",
                once + ("cwd = \"" + folder_.path().string() + "/two\\nlines\"\n")));
  expect_end("odd", {"exited", "exit code 0", ""});
  EXPECT_EQ(read_file(folder_of("odd") / "output.log"), odd.string() + '\0' + "(unset)" + '\0');
}

TEST_F(torture_starts_linux_test, limits_that_leave_no_room_to_load_it_are_told_by_its_end_and_output) {
  begin(shell("none", "echo astray", "limits = { open_files = 0 }\n") +
        shell("few", "echo astray", "limits = { open_files = 2 }\n") +
        shell("memory", "echo astray", "limits = { address_space = \"4KB\" }\n"));
  for (const char* name : {"none", "few"}) {
    ASSERT_TRUE(reaches(name, "exited"));
    EXPECT_EQ(status_of(name).at("last_end").as_string(), "exit code 127");
    EXPECT_THAT(output_of(name), HasSubstr("cannot open shared object file: Error 24"));
  }
  ASSERT_TRUE(reaches("memory", "exited"));
  EXPECT_THAT(std::string(status_of("memory").at("last_end").as_string()), HasSubstr("signal"));
  EXPECT_THAT(agent_->log(), Not(HasSubstr("cannot open"))) << "its output is not the agent's";
  expect_nothing_left();
}

TEST_F(torture_starts_linux_test, limits_that_are_met_later_end_it_with_their_signal) {
  begin(
      shell("busy", "while :; do :; done", "limits = { cpu_seconds = 1 }\n") +
      shell("large",
            "ulimit -c 0; head -c 100000 /dev/zero > \"" + (folder_ / "large").string() + "\"; kill -XFSZ $$",
            "limits = { file_size = \"10KB\" }\n"));
  expect_end("large", {"exited", "signal 25", ""});
  EXPECT_EQ(std::filesystem::file_size(folder_ / "large"), 10'000u);
  expect_end("busy", {"exited", "signal 9", ""});
}

} // namespace
} // namespace reeve::test
