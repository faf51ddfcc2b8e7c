// Parse, run, exit.
#include "app/application.hpp"

int main(int argc, char** argv) { return mooring::app::run(argc, argv); }
