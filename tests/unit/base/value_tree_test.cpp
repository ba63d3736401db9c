// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/value_tree.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace reeve {
namespace {

template <class T>
value_node node(T value, std::uint32_t line = 0) {
  value_node out;
  out.value = std::move(value);
  out.where.line = line;
  return out;
}
value_node integer(std::int64_t value, std::uint32_t line = 0) {
  return node(value, line);
}
value_node text(const char* value) {
  return node(std::string(value));
}
value_node table(std::initializer_list<std::pair<const char*, value_node>> members) {
  value_node::table out;
  for (const auto& [key, value] : members) {
    value_node::member m;
    m.key = key;
    m.value = value;
    out.push_back(std::move(m));
  }
  return node(std::move(out));
}
value_node array(std::initializer_list<value_node> items) {
  return node(value_node::array(items));
}

TEST(ValueTree, TypeNames) {
  EXPECT_EQ(value_node{}.type_name(), "nothing");
  EXPECT_EQ(node(true).type_name(), "boolean");
  EXPECT_EQ(integer(1).type_name(), "integer");
  EXPECT_EQ(node(1.5).type_name(), "float");
  EXPECT_EQ(text("x").type_name(), "string");
  EXPECT_EQ(array({}).type_name(), "array");
  EXPECT_EQ(table({}).type_name(), "table");
}

TEST(ValueTree, FindsMembersOfTablesOnly) {
  const value_node t = table({{"a", integer(1)}, {"b", text("x")}});
  ASSERT_NE(t.find("b"), nullptr);
  EXPECT_EQ(std::get<std::string>(t.find("b")->value), "x");
  EXPECT_EQ(t.find("c"), nullptr);
  EXPECT_EQ(t.find(""), nullptr);
  EXPECT_EQ(integer(1).find("a"), nullptr);
  EXPECT_EQ(array({t}).find("a"), nullptr);
  EXPECT_EQ(t.as_array(), nullptr);
  EXPECT_EQ(array({}).as_table(), nullptr);
}

TEST(ValueTree, PositionsAndTheOrderOfMembersDoNotCount) {
  EXPECT_TRUE(same_value(integer(1, 3), integer(1, 4)));
  EXPECT_TRUE(same_value(table({{"a", integer(1)}, {"b", text("x")}}),
                         table({{"b", text("x")}, {"a", integer(1, 9)}})));
}

TEST(ValueTree, EverythingElseCounts) {
  const std::vector<value_node> different{value_node{},
                                          node(false),
                                          node(true),
                                          integer(0),
                                          integer(1),
                                          node(1.0),
                                          node(1.5),
                                          text(""),
                                          text("1"),
                                          array({}),
                                          array({integer(1)}),
                                          array({integer(1), integer(2)}),
                                          array({integer(2), integer(1)}),
                                          table({}),
                                          table({{"a", integer(1)}}),
                                          table({{"b", integer(1)}}),
                                          table({{"a", integer(2)}}),
                                          table({{"a", integer(1)}, {"b", integer(1)}}),
                                          table({{"a", table({{"b", array({text("x")})}})}}),
                                          table({{"a", table({{"b", array({text("y")})}})}})};
  for (std::size_t i = 0; i < different.size(); ++i)
    for (std::size_t j = 0; j < different.size(); ++j)
      EXPECT_EQ(same_value(different[i], different[j]), i == j) << i << " and " << j;
}

} // namespace
} // namespace reeve
