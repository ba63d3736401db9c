// SPDX-License-Identifier: Apache-2.0
#include "include_rules.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace fs = std::filesystem;
using reeve::lint::check_includes;
using reeve::lint::violation;

namespace {

std::string text_of(const std::vector<violation>& found) {
  std::string out;
  for (const violation& v : found)
    out += v.file + ":" + std::to_string(v.line) + ": " + v.what + "\n";
  return out;
}

// A tree with one file in it; what the check says of it.
class a_tree : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            ("reeve-layering-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string with(const std::string& file, const std::string& line) {
    fs::remove_all(root_);
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << "// first line\n" << line << "\n";
    return text_of(check_includes(root_));
  }
  fs::path root_;
};

} // namespace

TEST(layering, holds_in_this_repository) {
  EXPECT_EQ(text_of(check_includes(REEVE_SOURCE_DIR)), "");
}

TEST_F(a_tree, forbidden_folders_are_found) {
  EXPECT_EQ(with("agent/store/src/batch.cpp", "#include \"reeve/os/process_table.hpp\""),
            "agent/store/src/batch.cpp:2: agent/store may not include agent/os\n");
  EXPECT_EQ(with("agent/base/include/reeve/base/x.hpp", "#include \"reeve/telemetry/log.hpp\""),
            "agent/base/include/reeve/base/x.hpp:2: agent/base may not include agent/telemetry\n");
  EXPECT_EQ(with("agent/os/include/reeve/os/x.hpp", "#include \"reeve/plugin.h\""),
            "agent/os/include/reeve/os/x.hpp:2: agent/os may not include plugin-api\n");
  EXPECT_EQ(with("plugins/x/x.cpp", "#include \"reeve/base/strings.hpp\""),
            "plugins/x/x.cpp:2: a plugin includes plugin-api only\n");
  EXPECT_EQ(with("plugin-api/include/reeve/plugin.h", "# include \"reeve/base/result.hpp\""),
            "plugin-api/include/reeve/plugin.h:2: plugin-api includes nothing of the agent\n");
}

TEST_F(a_tree, libraries_in_the_wrong_place_are_found) {
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include <toml++/toml.h>"),
            "agent/app/src/x.cpp:2: <toml++/toml.h> does not belong here\n");
  EXPECT_EQ(with("agent/config/src/x.cpp", "#include <boost/dll/shared_library.hpp>"),
            "agent/config/src/x.cpp:2: <boost/dll/shared_library.hpp> does not belong here\n");
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include <boost/spirit.hpp>"),
            "agent/app/src/x.cpp:2: <boost/spirit.hpp> does not belong here\n");
  EXPECT_EQ(with("agent/os/src/windows/x.cpp", "#include <windows.h>"),
            "agent/os/src/windows/x.cpp:2: <windows.h> does not belong here\n");
}

TEST_F(a_tree, system_headers_and_conditionals_stay_behind_the_seam) {
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include <unistd.h>"),
            "agent/app/src/x.cpp:2: <unistd.h> belongs behind agent/os\n");
  EXPECT_EQ(with("plugins/x/x.cpp", "#include <sys/socket.h>"),
            "plugins/x/x.cpp:2: <sys/socket.h> belongs behind agent/os\n");
  EXPECT_EQ(with("plugins/x/linux/x.cpp", "#ifdef __linux__"),
            "plugins/x/linux/x.cpp:2: only agent/os and the build files ask which system this is\n");
  EXPECT_EQ(with("plugins/x/x.cpp", "#  ifdef _WIN32"),
            "plugins/x/x.cpp:2: only agent/os and the build files ask which system this is\n");
  EXPECT_EQ(with("tests/unit/x.cpp", "#if defined(__linux__)"),
            "tests/unit/x.cpp:2: only agent/os and the build files ask which system this is\n");
}

TEST_F(a_tree, relative_includes_stay_in_their_folder) {
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include \"../../http/src/router.hpp\""),
            "agent/app/src/x.cpp:2: \"../../http/src/router.hpp\" climbs out of its folder\n");
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include \"router.hpp\""),
            "agent/app/src/x.cpp:2: \"router.hpp\" is not a file of this folder\n");
}

TEST_F(a_tree, what_is_allowed_passes) {
  EXPECT_EQ(with("agent/plugin_host/src/x.cpp", "#include \"reeve/os/process_table.hpp\""), "");
  EXPECT_EQ(with("agent/os/src/posix/x.cpp", "#include <unistd.h>"), "");
  EXPECT_EQ(with("agent/config/src/x.cpp", "#include <toml++/toml.h>"), "");
  EXPECT_EQ(with("agent/app/src/x.cpp", "#include \"reeve/http/server.hpp\""), "");
  EXPECT_EQ(with("plugins/x/x.cpp", "#include \"reeve/plugin.hpp\""), "");
  EXPECT_EQ(with("plugins/x/linux/x.cpp", "#include <sys/socket.h>"), "");
  EXPECT_EQ(with("plugins/x/linux/x.cpp", "#include \"linux/x.cpp\""), "");
}
