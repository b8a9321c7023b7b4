/** The style of a text. */
export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly size?: number;
  readonly colour?: string;
}

/** Makes a whole picture. Screen readers read its title. */
export function picture(width: number, height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" role="img">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${body}
</svg>
`;
}

/** A line of text. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = "start", bold = false, size = 13, colour = "#24292f" } = style;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}"${anchor === "start" ? "" : ` text-anchor="${anchor}"`}${bold ? ' font-weight="bold"' : ""} fill="${colour}">${escapeText(content)}</text>`;
}

/** Writes a text so that XML takes it as it is. */
export function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
