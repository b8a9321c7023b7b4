import { render } from "preact";
import "./styles/index.css";
import { followStream } from "./state/stream.js";
import { App } from "./views/app.js";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element #app");
followStream();
render(<App />, root);
