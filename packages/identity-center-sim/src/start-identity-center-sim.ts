import type { IncomingMessage, ServerResponse } from "node:http";
import { AdministratorConsole } from "./administrator-console.ts";
import { CallCounter } from "./call-counter.ts";
import { systemClock } from "./clock.ts";
import { Engine } from "./engine/engine.ts";
import { Faults } from "./faults.ts";
import { answerControlRequest, controlPrefix, type SimInfo } from "./http/control-endpoint.ts";
import { listen } from "./http/http-listener.ts";
import { send } from "./http/reply.ts";
import { answerServiceCall } from "./http/service-endpoint.ts";
import { createIdentifiers } from "./identifiers.ts";
import type { IdentityCenterSim } from "./identity-center-sim.ts";
import { isObject } from "./input/field.ts";
import type { IdentityCenterSimOptions } from "./options.ts";
import { createOrganization } from "./organization.ts";
import { populate, resolvePopulation } from "./population.ts";
import { seededRandom } from "./random.ts";
import { defaultSettings, resolveSettings, wholeNumber, type SimSettingsInput } from "./settings.ts";
import { StateHistory } from "./state-history.ts";
import { StateView } from "./state-view.ts";
import { Throttle } from "./throttle.ts";

const credentials = { accessKeyId: "simulator", secretAccessKey: "simulator" } as const;

/**
 * Starts an Identity Center on the loopback interface.
 *
 * @throws {RangeError | TypeError} an option that makes no sense
 * @throws the system's error when the port is taken
 */
export async function startIdentityCenterSim(
  options: IdentityCenterSimOptions = {},
): Promise<IdentityCenterSim> {
  const { host = "127.0.0.1", region = "us-east-1", seed = 1, clock = systemClock } = options;
  const port = wholeNumber("port", options.port ?? 0, 0, 65_535);
  let settings = resolveSettings(options, defaultSettings);
  const population = resolvePopulation(options.population ?? {});
  const random = options.random ?? seededRandom(`requests of ${seed}`);
  const identifiers = createIdentifiers(seededRandom(seed));
  const organizationIdentifiers = createIdentifiers(seededRandom(`organization of ${seed}`));

  const engine = new Engine({
    organization: createOrganization(identifiers, organizationIdentifiers, {
      accounts: population.accounts,
      region,
      now: clock.now(),
    }),
    clock,
    identifiers,
    organizationIdentifiers,
    requestIdentifiers: createIdentifiers(random),
    settings: () => settings,
    random,
    keepHistory: options.keepHistory ?? false,
  });
  populate(engine, population, clock.now());

  const calls = new CallCounter();
  const faults = new Faults(random);
  const throttle = new Throttle(() => settings.throttle);
  const closing = new AbortController();
  const closed = Promise.withResolvers<void>();

  const configure = (changes: SimSettingsInput): typeof settings => {
    settings = resolveSettings(changes, settings);
    return settings;
  };
  const reset = (): void => {
    calls.reset();
    faults.clear();
    throttle.reset();
  };

  const serviceParts = {
    engine,
    calls,
    faults,
    throttle,
    clock,
    random,
    settings: () => settings,
    closing: closing.signal,
    onCall: options.onCall,
  };
  const controlParts = {
    engine,
    calls,
    faults,
    info: (): SimInfo => info,
    settings: () => settings,
    configure,
    reset,
    shutDown: (): void => {
      // After the answer is on its way.
      setImmediate(() => void close());
    },
  };

  const listener = await listen(host, port, async (request, response) => {
    const requestId = engine.newRequestId();
    const reply = isControl(request)
      ? await answerControlRequest(controlParts, request)
      : await answerServiceCall(serviceParts, request, requestId);
    send(response as ServerResponse, reply, requestId);
  });

  const close = async (): Promise<void> => {
    if (!closing.signal.aborted) {
      closing.abort();
      faults.clear();
      await listener.close();
      closed.resolve();
    }
    await closed.promise;
  };

  const { endpoint } = listener;
  const { instanceArn, identityStoreId, accountIds } = engine.organization;
  const info: SimInfo = {
    endpoint,
    region,
    instanceArn,
    identityStoreId,
    accountIds,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  };
  return {
    ...info,
    clientConfig: { endpoint, region, credentials },
    calls,
    faults,
    state: new StateView(engine),
    history: new StateHistory(engine),
    console: new AdministratorConsole(engine),
    get settings() {
      return settings;
    },
    configure,
    perform: (operation, input, service) => engine.perform(operation, isObject(input) ? input : {}, service),
    settle: () => {
      engine.settle();
    },
    reset,
    closed: closed.promise,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isControl(request: IncomingMessage): boolean {
  return (request.url ?? "").startsWith(controlPrefix);
}
