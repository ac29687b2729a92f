import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./theme.css";
import "./base.css";
import "./statusLine.css";
import "./lanes.css";
import "./charts.css";
import "./episodes.css";
import "./forms.css";
import "./pipeline.css";
import { Boundary } from "./boundary.tsx";
import { connect } from "./connection.ts";
import { keepFocus } from "./keepFocus.ts";
import { Page } from "./page.tsx";
import { Store } from "./store.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
const store = new Store();
const root = document.getElementById("page");
if (root === null) throw new Error("the document has no #page");
root.replaceChildren();
const show = () =>
  render(
    <Boundary>
      <Page state={store.state} store={store} />
    </Boundary>,
    root,
  );
store.listen(show);
show();
keepFocus(root);
connect(store);
