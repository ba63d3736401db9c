// SPDX-License-Identifier: Apache-2.0
// Starts that fail for reasons that Windows has.
#include "tests/integration/torture.hpp"

#include <gmock/gmock.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class torture_starts_windows_test : public torture {
 protected:
  static std::string command(const std::string& name, const std::filesystem::path& file) {
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + file.string() + "'\nrestart = \"never\"\n";
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

TEST_F(torture_starts_windows_test, files_that_cannot_be_executed_are_named) {
  const std::filesystem::path text = folder_ / "text.exe", cut = folder_ / "cut.exe",
                              foreign = folder_ / "foreign.exe", batch = folder_ / "run.bat";
  write_file(text, "no program");
  const std::string own = read_file(program("bystander"));
  write_file(cut, own.substr(0, 4096));
  // The machine 0xaa64, ARM64, in the two bytes after the signature; where that is stands at 0x3c ("PE Format").
  std::string other = own;
  const std::size_t header =
      static_cast<unsigned char>(own.at(0x3c)) + 256u * static_cast<unsigned char>(own.at(0x3d));
  ASSERT_EQ(own.substr(header, 4), std::string("PE\0\0", 4));
  other.replace(header + 4, 2, "\x64\xaa");
  write_file(foreign, other);
  write_file(batch, "@exit 0\r\n");
  begin(command("text", text) + command("cut", cut) + command("foreign", foreign) + command("batch", batch) +
        command("folder", folder_.path()));
  for (const auto& [name, file] :
       {std::pair("text", text), std::pair("cut", cut), std::pair("foreign", foreign)})
    expect_failure(name, "program " + file.string() + " does not start");
  expect_failure("batch", "program " + batch.string() + " is a batch file");
  expect_failure("folder", "program " + folder_.path().string() + " is no file");
  expect_nothing_left();
}

} // namespace
} // namespace reeve::test
