// Run outside the repository with the packed packages: test/pack/pack.test.ts.
import { once } from "node:events";
import { type EventContext, RequestError } from "dividere/messaging";
import { StormWarning, Temperature, type TemperatureRequest } from "./gen/weather/v1/weather.js";
import {
  WeatherPublisher,
  WeatherReactor,
  WeatherRequest,
  WeatherSubscriber,
} from "./gen/weather/v1/weather_dividere.js";

const heard = new EventTarget();

class Station extends WeatherReactor {
  handleTemperatureRequest(msg: TemperatureRequest): Temperature {
    if (msg.place !== "Kiel") throw new RequestError("NOT_FOUND", `No station in ${msg.place}`);
    return Temperature.create({ celsius: 11.5, measured: { seconds: 1n, nanos: 2 } });
  }

  handleStormWarning(msg: StormWarning, _ctx: EventContext): void {
    console.log("reactor heard of", msg.place, msg.windByStation.get("pier"));
    heard.dispatchEvent(new Event("storm"));
  }
}

await using news = new WeatherPublisher("tcp://127.0.0.1:*");
await using station = new Station({ serve: "tcp://127.0.0.1:*", subscribe: news.endpoints });
await using events = new WeatherSubscriber(news.endpoints);
await news.waitForSubscribers(2);

const storm = once(heard, "storm");
await news.warn(StormWarning.create({ place: "Kiel", windByStation: new Map([["pier", 30n]]) }));
for await (const event of events) {
  console.log("subscriber got", event.$type, event.place);
  break;
}
await storm;

await using weather = new WeatherRequest(station.endpoints[0] ?? "");
const { celsius, measured } = await weather.measure({ place: "Kiel" }, { timeoutMs: 10_000 });
console.log("measured", celsius, measured?.seconds);
try {
  await weather.measure({ place: "Atlantis" }, { timeoutMs: 10_000 });
} catch (error) {
  console.log("refused", error instanceof RequestError ? error.status : error);
}
