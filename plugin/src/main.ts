import { runNodeJs } from "@bufbuild/protoplugin";
import { pluginIn } from "./plugin.js";

runNodeJs(pluginIn(process.cwd()));
