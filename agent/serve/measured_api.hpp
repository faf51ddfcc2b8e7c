// An Api that tells how each of its calls came out: what the metrics of a server's API are made of.
#pragma once

#include "portainer/api.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace mooring::serve {

// "stacks", "stack_file", ...: the call's name as a label.
std::string_view to_word(Call call);

// Told after each call, its retries included; a call that was not sent has status 0.
using OnCall = std::function<void(Call call, int status, std::chrono::duration<double> took)>;

std::unique_ptr<portainer::Api> measure(std::unique_ptr<portainer::Api> api, OnCall on_call);

} // namespace mooring::serve
