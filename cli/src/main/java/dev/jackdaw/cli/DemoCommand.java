package dev.jackdaw.cli;
@picocli.CommandLine.Command(name = "demo")
final class DemoCommand implements java.util.concurrent.Callable<Integer> { DemoCommand(Terminal t, Sessions s, java.util.function.BooleanSupplier d){} @Override public Integer call(){ return 1; } }
