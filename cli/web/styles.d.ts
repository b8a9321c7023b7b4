// esbuild puts imported styles into app.css.
declare module "*.css";
