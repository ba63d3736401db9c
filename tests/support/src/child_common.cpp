// SPDX-License-Identifier: Apache-2.0
#include "child_state.hpp" // of the system that is built for

#include <fstream>
#include <iterator>

namespace reeve::test {

child::child(std::unique_ptr<state> s) : state_(std::move(s)) {}
child::child(child&&) noexcept = default;
child& child::operator=(child&& other) noexcept {
  if (this != &other) {
    end();
    state_ = std::move(other.state_);
    output_file_ = std::move(other.output_file_);
  }
  return *this;
}
child::~child() {
  end();
}

std::int64_t child::pid() const noexcept {
  return state_->pid;
}

void child::close_stdin() {
  state_->input.reset();
}

std::string child::output() const {
  std::ifstream file(output_file_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

result<finished_child> run(const child_options& options, milliseconds bound) {
  auto started = child::start(options);
  if (!started) return started.error();
  const auto code = started->wait(bound);
  if (!code)
    return error{errc::timed_out,
                 options.program.string() + " did not end in time; it wrote: " + started->output()};
  return finished_child{*code, started->output()};
}

std::string quote_windows_argument(std::string_view argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string_view::npos)
    return std::string(argument);
  std::string out = "\"";
  std::size_t backslashes = 0;
  for (const char c : argument) {
    if (c == '\\') {
      ++backslashes;
      continue;
    }
    // Backslashes mean themselves unless a quote follows; before a quote each one is doubled.
    out.append(c == '"' ? backslashes * 2 + 1 : backslashes, '\\');
    backslashes = 0;
    out.push_back(c);
  }
  out.append(backslashes * 2, '\\');
  out.push_back('"');
  return out;
}

} // namespace reeve::test
