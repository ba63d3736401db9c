// SPDX-License-Identifier: Apache-2.0
// Boost.JSON's sources, for the target reeve_boost_json.
#include <boost/json/src.hpp>
