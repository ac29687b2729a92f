import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { connect } from "./connection.ts";
import { Page } from "./page.tsx";
import { Store } from "./store.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
const store = new Store();
const root = document.getElementById("page");
if (root === null) throw new Error("the document has no #page");
root.replaceChildren();
const show = () => render(<Page state={store.state} store={store} />, root);
store.listen(show);
show();
connect(store);
