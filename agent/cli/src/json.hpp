// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>

namespace reeve::cli {

void print_json(const boost::json::value& value); // on standard output, indented, with a newline at the end

} // namespace reeve::cli
