// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lexer.hpp"

#include "reeve/rules/expression.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::rules {

// By recursive descent; operators by how strongly they bind.
class parser {
 public:
  explicit parser(std::string_view text) : lexer_(text) {}
  boost::system::result<expression_ptr, expression_problem> parse();

 private:
  struct nested {
    explicit nested(int& depth) : depth_(++depth) {}
    ~nested() { --depth_; }
    nested(const nested&) = delete;
    nested& operator=(const nested&) = delete;
    int& depth_;
  };

  // Each gives null, or false, once problem_ says why.
  std::nullptr_t fail(std::size_t offset, std::string message, std::string hint);
  bool advance();
  bool expect(std::string_view sign, std::string_view after);
  expression_ptr read_binary(int least);
  bool read_matching(binary_expression& into);
  expression_ptr read_signed();
  expression_ptr read_modified();
  expression_ptr read_range(expression_ptr of);
  expression_ptr read_offset(expression_ptr of);
  expression_ptr read_operand();
  expression_ptr read_named();
  expression_ptr read_aggregation(const token& name, aggregator what);
  expression_ptr read_call(const token& name);
  bool read_arguments(std::vector<expression_ptr>& into);
  bool read_label_list(std::vector<std::string>& into);
  expression_ptr read_selector(const token& begin, std::string_view metric);
  bool read_matcher(selector& into);
  template <class T>
  expression_ptr checked(std::size_t offset, T what);
  static std::string shown(const token& t);
  static void sort_labels(std::vector<std::string>& labels); // each once

  lexer lexer_;
  token now_;
  expression_problem problem_;
  const expression* in_parentheses_ = nullptr; // the last that was
  int depth_ = 0;
  int parts_ = 0; // expressions that were made
};

} // namespace reeve::rules
