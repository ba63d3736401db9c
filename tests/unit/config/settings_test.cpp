// SPDX-License-Identifier: Apache-2.0
#include "load_text.hpp"

#include <gmock/gmock.h>

namespace reeve::config {
namespace {

using namespace std::chrono_literals;
using test::absolute;
using test::load_text;
using ::testing::ElementsAre;

void expect_sampling_defaults(const sampling_settings& s) {
  EXPECT_EQ(s.interval, 10s);
  EXPECT_EQ(s.deadline, 5s);
  EXPECT_EQ(s.failures_before_quarantine, 3u);
  EXPECT_EQ(s.quarantine_min, 30s);
  EXPECT_EQ(s.quarantine_max, 10min);
  EXPECT_EQ(s.max_series, 200000u);
  EXPECT_EQ(s.max_families, 500u);
}

TEST(Settings, AnEmptyFileGivesEveryDefault) {
  const loaded l = load_text("");
  ASSERT_TRUE(l.value.has_value());
  const settings& s = *l.value;
  EXPECT_EQ(s.agent.instance, "default");
  EXPECT_EQ(s.agent.plugin_dir, "");
  EXPECT_TRUE(s.agent.control);
  EXPECT_THAT(s.http.listen, ElementsAre(endpoint{"127.0.0.1", 9847}));
  EXPECT_EQ(s.http.max_connections, 64u);
  EXPECT_FALSE(s.http.reload_endpoint);
  EXPECT_TRUE(s.http.gzip);
  EXPECT_EQ(s.http.request_timeout, 10s);
  EXPECT_EQ(s.scrape.max_age, 2s);
  EXPECT_EQ(s.scrape.refresh_deadline, 500ms);
  EXPECT_EQ(s.log.level, "info");
  EXPECT_EQ(s.log.format, "text");
  EXPECT_EQ(s.log.file, "");
  EXPECT_EQ(s.log.max_size, 10'000'000u);
  EXPECT_EQ(s.log.max_files, 5u);
  EXPECT_EQ(s.log.repeat_window, 1min);
  expect_sampling_defaults(s.plugin_defaults);
  EXPECT_TRUE(s.plugins.empty());
}

TEST(Settings, EveryKeyIsRead) {
  const loaded l = load_text(cat("[agent]\ninstance = \"b-2_x\"\nplugin_dir = '", absolute("plugins"), R"('
control = false
[http]
listen = ["0.0.0.0:0", "[::1]:65535", "localhost:80"]
max_connections = 1
reload_endpoint = true
gzip = false
request_timeout = "1m30s"
[scrape]
max_age = "0s"
refresh_deadline = "1m"
[log]
level = "trace"
format = "json"
file = ')",
                                 absolute("reeve.log"), R"('
max_size = 4096
max_files = 1000
repeat_window = "1d"
[plugin_defaults]
interval = "100ms"
deadline = "10ms"
failures_before_quarantine = 1
quarantine_min = "1s"
quarantine_max = "1s"
max_series = 1
max_families = 1
)"));
  ASSERT_TRUE(l.value.has_value());
  const settings& s = *l.value;
  EXPECT_EQ(s.agent.instance, "b-2_x");
  EXPECT_EQ(s.agent.plugin_dir, absolute("plugins"));
  EXPECT_FALSE(s.agent.control);
  EXPECT_THAT(s.http.listen,
              ElementsAre(endpoint{"0.0.0.0", 0}, endpoint{"::1", 65535}, endpoint{"localhost", 80}));
  EXPECT_EQ(s.http.max_connections, 1u);
  EXPECT_TRUE(s.http.reload_endpoint);
  EXPECT_FALSE(s.http.gzip);
  EXPECT_EQ(s.http.request_timeout, 90s);
  EXPECT_EQ(s.scrape.max_age, 0s);
  EXPECT_EQ(s.scrape.refresh_deadline, 1min);
  EXPECT_EQ(s.log.level, "trace");
  EXPECT_EQ(s.log.format, "json");
  EXPECT_EQ(s.log.file, absolute("reeve.log"));
  EXPECT_EQ(s.log.max_size, 4096u);
  EXPECT_EQ(s.log.max_files, 1000u);
  EXPECT_EQ(s.log.repeat_window, 24h);
  EXPECT_EQ(s.plugin_defaults.interval, 100ms);
  EXPECT_EQ(s.plugin_defaults.deadline, 10ms);
  EXPECT_EQ(s.plugin_defaults.failures_before_quarantine, 1u);
  EXPECT_EQ(s.plugin_defaults.quarantine_min, 1s);
  EXPECT_EQ(s.plugin_defaults.quarantine_max, 1s);
  EXPECT_EQ(s.plugin_defaults.max_series, 1u);
  EXPECT_EQ(s.plugin_defaults.max_families, 1u);
}

TEST(Settings, APluginInheritsAndOverrides) {
  const loaded l = load_text(cat(R"([plugin.watch]
[plugin.leak]
enabled = false
library = "handle-leak"
interval = "1m"
max_age = "3s"
max_series = 7
pattern = "^nginx$"
nested = { a = [1, 2.5, true] }
[[plugin.leak.group]]
name = "web"
[plugin.far]
library = ')",
                                 absolute("x.so"), R"('
deadline = "1s"
failures_before_quarantine = 9
quarantine_min = "2s"
quarantine_max = "3s"
max_families = 8
[plugin_defaults]
interval = "20s"
[scrape]
max_age = "4s"
)"));
  ASSERT_TRUE(l.value.has_value());
  ASSERT_EQ(l.value->plugins.size(), 3u);
  const plugin_settings& watch = l.value->plugins[0];
  EXPECT_EQ(watch.name, "watch");
  EXPECT_TRUE(watch.enabled);
  EXPECT_EQ(watch.library, "watch");
  EXPECT_EQ(watch.interval, 20s);
  EXPECT_EQ(watch.max_age, 4s);
  EXPECT_EQ(watch.where.line, 1u);
  ASSERT_NE(watch.options.as_table(), nullptr);
  EXPECT_TRUE(watch.options.as_table()->empty());

  const plugin_settings& leak = l.value->plugins[1];
  EXPECT_EQ(leak.name, "leak");
  EXPECT_FALSE(leak.enabled);
  EXPECT_EQ(leak.library, "handle-leak");
  EXPECT_EQ(leak.interval, 1min);
  EXPECT_EQ(leak.deadline, 5s);
  EXPECT_EQ(leak.max_age, 3s);
  EXPECT_EQ(leak.max_series, 7u);
  const value_node::table& options = *leak.options.as_table();
  ASSERT_EQ(options.size(), 3u);
  EXPECT_EQ(options[0].key, "pattern");
  EXPECT_EQ(std::get<std::string>(options[0].value.value), "^nginx$");
  EXPECT_EQ(options[0].key_where.line, 8u);
  EXPECT_EQ(options[0].value.where.column, 11u);
  EXPECT_EQ(options[1].key, "nested");
  const value_node::array& mixed = *options[1].value.find("a")->as_array();
  ASSERT_EQ(mixed.size(), 3u);
  EXPECT_EQ(std::get<std::int64_t>(mixed[0].value), 1);
  EXPECT_EQ(std::get<double>(mixed[1].value), 2.5);
  EXPECT_EQ(std::get<bool>(mixed[2].value), true);
  EXPECT_EQ(options[2].key, "group");
  ASSERT_NE(options[2].value.as_array(), nullptr);

  const plugin_settings& far = l.value->plugins[2];
  EXPECT_EQ(far.library, absolute("x.so"));
  EXPECT_EQ(far.deadline, 1s);
  EXPECT_EQ(far.failures_before_quarantine, 9u);
  EXPECT_EQ(far.quarantine_min, 2s);
  EXPECT_EQ(far.quarantine_max, 3s);
  EXPECT_EQ(far.max_families, 8u);
}

} // namespace
} // namespace reeve::config
