// SPDX-License-Identifier: Apache-2.0
// The [[process.health]] of a process as checks that ask. Loop thread only.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/config/health_settings.hpp"
#include "reeve/supervise/process_health.hpp"
#include "reeve/supervise/supervisor.hpp"

#include <functional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace reeve::app {

// Runs a program to its end and calls `done` once, later, on the loop's thread: how it ended, or in the message of the
// error why it did not start or was ended after `timeout`. It must keep the timeout, and leave nothing of it behind.
using run_command =
    std::function<void(const std::string& program, const std::vector<std::string>& args, nanoseconds timeout,
                       std::function<void(result<supervise::process_end>)> done)>;

// For supervise::process_health. `loop` must outlive what is returned. invalid_argument: an expression does not compile.
result<std::vector<supervise::named_check>> make_checks(boost::asio::io_context& loop,
                                                        const std::vector<config::health_settings>& wanted,
                                                        const run_command& run);

} // namespace reeve::app
